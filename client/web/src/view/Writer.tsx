// SPDX-License-Identifier: Apache-2.0
// Where a message is written: to whom, the text, one button. Enter sends, Shift and Enter make a new line.
import { useState } from 'react';
import { Button } from 'react-aria-components';
import type { Audience } from '../protocol/messages.ts';
import { usePage, useText } from './page.ts';

/** PROTOCOL.md §6: text of a message. */
const MOST_CHARACTERS = 4_000;

const newKey = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `k-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

const AudienceChoice = ({ to, choose }: { to: Audience; choose: (to: Audience) => void }) => {
  const t = useText();
  return (
    <label className="choice">
      <span>{t('messages.to')}</span>
      <select
        className="field"
        value={to}
        onChange={(event) => choose(event.target.value === 'moderators' ? 'moderators' : 'all')}
      >
        <option value="all">{t('messages.to-all')}</option>
        <option value="moderators">{t('messages.to-moderators')}</option>
      </select>
    </label>
  );
};

export const Writer = () => {
  const { say } = usePage();
  const t = useText();
  const [text, setText] = useState('');
  const [to, setTo] = useState<Audience>('all');
  const send = (): void => {
    if (text.trim() === '') return;
    say({ type: 'write', key: newKey(), text, to });
    setText('');
  };
  return (
    <form
      className="writer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <AudienceChoice to={to} choose={setTo} />
      <div className="writer-line">
        <textarea
          className="field"
          aria-label={t('messages.write')}
          placeholder={t('messages.write')}
          rows={2}
          maxLength={MOST_CHARACTERS}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <Button type="submit" className="button primary">
          {t('messages.send')}
        </Button>
      </div>
    </form>
  );
};
