// SPDX-License-Identifier: Apache-2.0
// What a screen reader is told about an event, by text key: which, how urgent, and in which batch.
// Who speaks at the moment is never said. How it is queued is a11y/announce.ts.
import type { ChatMessage, PersonId } from '../protocol/messages.ts';
import type { LessonEvent } from './reduce.ts';
import { nameOf } from './select.ts';
import type { State } from './state.ts';

export interface Spoken {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly urgent: boolean;
  /** Several of one batch that come together are said as one sentence with a count. */
  readonly batch: 'joined' | 'left' | 'messages' | null;
}

const one = (key: string, values: Record<string, string> = {}, rest: Partial<Spoken> = {}): readonly Spoken[] => [
  { key, values, urgent: false, batch: null, ...rest },
];
const nothing: readonly Spoken[] = [];

const aboutMessage = (state: State, message: ChatMessage): readonly Spoken[] => {
  if (message.person === state.you?.person) return nothing;
  const mine = state.you === null ? '' : nameOf(state, state.you.person);
  const concerns =
    state.people[message.person]?.role === 'trainer' ||
    (mine !== '' && message.text.toLowerCase().includes(mine.toLowerCase()));
  if (state.choices.announcements === 'mentions' && !concerns) return nothing;
  const key = message.to === 'moderators' ? 'spoken.private-message' : 'spoken.message';
  return one(key, { name: message.name, text: message.text }, { batch: 'messages' });
};

const aboutYou = (event: LessonEvent, before: State, after: State): readonly Spoken[] | null => {
  const you = after.you?.person ?? null;
  const isMe = (person: PersonId): boolean => person === you;
  switch (event.type) {
    case 'you.muted':
      return one('sentence.muted-by', {}, { urgent: true });
    case 'microphone.withdrawn':
      if (!isMe(event.person)) return nothing;
      if (event.reason === 'given') return one('sentence.floor', {}, { urgent: true });
      return event.reason === 'refused' ? one('spoken.request-refused') : nothing;
    case 'hand.lowered':
      if (isMe(event.person) && event.by !== undefined && !isMe(event.by)) return one('spoken.your-hand-lowered');
      return nothing;
    case 'link-changed':
      if (event.is === 'lost' && before.connection.is !== 'lost') return one('trouble.connection-lost', {}, { urgent: true });
      return event.is === 'ok' && before.connection.is === 'lost' ? one('spoken.back') : nothing;
    case 'media-changed':
      if (event.is === before.media) return nothing;
      return event.is === 'blocked' ? one('trouble.media-blocked', {}, { urgent: true }) : nothing;
    default:
      return null;
  }
};

const aboutOthers = (event: LessonEvent, before: State, after: State): readonly Spoken[] => {
  if (after.choices.announcements === 'none') return nothing;
  const all = after.choices.announcements === 'all';
  switch (event.type) {
    case 'message.added':
      return aboutMessage(after, event.message);
    case 'person.joined':
      return all && event.person.person !== after.you?.person
        ? one('spoken.joined', { name: event.person.name }, { batch: 'joined' })
        : nothing;
    case 'person.left': {
      const name = nameOf(before, event.person);
      if (name === '') return nothing;
      if (event.reason === 'removed') return one('spoken.removed', { name });
      return all ? one('spoken.left', { name }, { batch: 'left' }) : nothing;
    }
    case 'hand.raised':
      return all && event.person !== after.you?.person
        ? one('spoken.hand-raised', { name: nameOf(after, event.person) })
        : nothing;
    case 'microphone.requested':
      return event.person !== after.you?.person && after.you?.role !== 'learner'
        ? one('spoken.requested', { name: nameOf(after, event.person) })
        : nothing;
    case 'entrance.changed':
      return event.entrance === 'closed' ? one('spoken.entrance-closed') : one('spoken.entrance-open');
    case 'media.slots': {
      const had = before.slots.some((slot) => slot.source === 'screen');
      const screen = after.slots.find((slot) => slot.source === 'screen');
      if (had === (screen !== undefined)) return nothing;
      if (screen === undefined || screen.person === null) return one('spoken.screen-off');
      return one('spoken.screen-on', { name: nameOf(after, screen.person) });
    }
    default:
      return nothing;
  }
};

export const spoken = (event: LessonEvent, before: State, after: State): readonly Spoken[] => {
  if (after.phase !== 'in') return nothing;
  return aboutYou(event, before, after) ?? aboutOthers(event, before, after);
};
