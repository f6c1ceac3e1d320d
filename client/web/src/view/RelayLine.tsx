// SPDX-License-Identifier: Apache-2.0
// Under a message, for those who lead: in whose hands it is, and the next steps of its relay.
import { Button } from 'react-aria-components';
import { relayOf, relays, trains } from '../lesson/places.ts';
import { nameOf } from '../lesson/select.ts';
import type { Intent } from '../lesson/intents.ts';
import type { Relayed, State } from '../lesson/state.ts';
import type { ChatMessage, MessageId } from '../protocol/messages.ts';
import { useLesson, usePage, useText } from './page.ts';

interface Step {
  readonly key: 'take' | 'release' | 'relay' | 'answered';
  readonly intent: Intent;
}

const stepsOf = (state: State, message: MessageId, now: Relayed | null): readonly Step[] => {
  const take: Step = { key: 'take', intent: { type: 'take-message', message } };
  const release: Step = { key: 'release', intent: { type: 'release-message', message } };
  const relay: Step = { key: 'relay', intent: { type: 'relay-message', message } };
  const answered: Step = { key: 'answered', intent: { type: 'message-answered', message } };
  if (now === null) return [take, relay];
  const mine = now.by === state.you?.person;
  if (now.state === 'taken') return mine ? [relay, release] : trains(state) ? [release] : [];
  return now.state === 'relayed' && trains(state) ? [answered] : [];
};

export const RelayLine = ({ message }: { message: ChatMessage }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  if (!relays(state)) return null;
  const now = relayOf(state, message.message);
  const who = now?.by === null || now === null ? '' : nameOf(state, now.by);
  return (
    <div className="relay-line">
      {now !== null && (
        <span className="state">
          {now.state === 'taken' ? t('relaying.taken', { name: who }) : t(`relaying.${now.state}`)}
        </span>
      )}
      {stepsOf(state, message.message, now).map(({ key, intent }) => (
        <Button
          key={key}
          className="button quiet small"
          aria-label={t(`relaying.${key}-of`, { name: message.name })}
          onPress={() => say(intent)}
        >
          {t(`relaying.${key}-do`)}
        </Button>
      ))}
    </div>
  );
};
