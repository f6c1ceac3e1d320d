// SPDX-License-Identifier: Apache-2.0
// The messages as a list that follows its end while one reads there, and the place to write.
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { moderates } from '../lesson/select.ts';
import type { ChatMessage } from '../protocol/messages.ts';
import { timeText } from '../text/time.ts';
import { RelayLine } from './RelayLine.tsx';
import { Writer } from './Writer.tsx';
import { useLesson, usePage, useText } from './page.ts';

const Line = ({ message }: { message: ChatMessage }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const mine = message.person === state.you?.person;
  return (
    <li className={message.to === 'moderators' ? 'message private' : 'message'} data-message={message.message}>
      <p className="message-head">
        <span className="message-name">{message.name}</span>
        <time dateTime={new Date(message.at).toISOString()}>
          {timeText(message.at, state.class?.time_zone ?? '', state.choices.language)}
        </time>
        {message.to === 'moderators' && <span className="state">{t('messages.to-moderators')}</span>}
      </p>
      <p className="message-text">{message.text}</p>
      <RelayLine message={message} />
      {(mine || moderates(state)) && (
        <Button
          className="button quiet small"
          aria-label={t('messages.delete-of', { name: message.name })}
          onPress={() => say({ type: 'delete-message', message: message.message })}
        >
          {t('messages.delete')}
        </Button>
      )}
    </li>
  );
};

const Drafts = () => {
  const { drafts } = useLesson();
  const { say } = usePage();
  const t = useText();
  return drafts.map((draft) => (
    <li key={draft.key} className="message draft">
      <p className="message-text">{draft.text}</p>
      <p className="hint">{draft.failed === null ? t('messages.sending') : t('messages.not-sent')}</p>
      {draft.failed !== null && (
        <Button
          className="button"
          onPress={() => say({ type: 'write', key: draft.key, text: draft.text, to: draft.to })}
        >
          {t('messages.again')}
        </Button>
      )}
    </li>
  ));
};

/** A reader this close to the end (in px) wants to see what comes. */
const NEAR_END = 80;

const useFollowedEnd = (length: number) => {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element !== null && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [length]);
  const onScroll = (): void => {
    const element = list.current;
    if (element !== null) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
  };
  return { list, onScroll };
};

export const Messages = () => {
  const { messages, drafts } = useLesson();
  const t = useText();
  const { list, onScroll } = useFollowedEnd(messages.length + drafts.length);
  return (
    <div className="messages">
      {messages.length + drafts.length === 0 && <p className="hint">{t('messages.none')}</p>}
      <ol ref={list} onScroll={onScroll} aria-label={t('messages.list')} className="message-list" tabIndex={0}>
        {messages.map((message) => (
          <Line key={message.message} message={message} />
        ))}
        <Drafts />
      </ol>
      <Writer />
    </div>
  );
};
