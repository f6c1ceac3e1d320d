// SPDX-License-Identifier: Apache-2.0
// A text to hand on: readable, selectable, and one button that copies it and says so.
import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { useText } from './page.ts';

export const CopyText = ({
  label,
  text,
  rows,
  copy,
}: {
  label: string;
  text: string;
  rows: number;
  copy: (text: string) => Promise<boolean>;
}) => {
  const t = useText();
  const id = useId();
  const [said, setSaid] = useState('');
  const press = async (): Promise<void> => setSaid((await copy(text)) ? 'home.copied' : 'home.not-copied');
  return (
    <div className="asked">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} className="field" rows={rows} readOnly value={text} />
      <div className="actions">
        <Button className="button" aria-label={t('home.copy-of', { what: label })} onPress={() => void press()}>
          {t('home.copy')}
        </Button>
        <p role="status">{said === '' ? '' : t(said)}</p>
      </div>
    </div>
  );
};
