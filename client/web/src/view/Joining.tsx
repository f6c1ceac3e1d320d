// SPDX-License-Identifier: Apache-2.0
// The one button that enters, and what happens after it.
import { Button } from 'react-aria-components';
import { useLesson, useText } from './page.ts';

export const Joining = () => {
  const { phase, connection } = useLesson();
  const t = useText();
  const busy = phase === 'joining';
  return (
    <>
      <Button type="submit" className="button primary huge" isDisabled={busy}>
        {t('prejoin.join')}
      </Button>
      <p role="status" className="hint">
        {busy && (connection.is === 'connecting' ? t('prejoin.joining') : t('trouble.connection-lost'))}
      </p>
    </>
  );
};
