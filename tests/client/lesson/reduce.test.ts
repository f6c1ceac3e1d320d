// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { createStore } from '../../../client/web/src/lesson/store.ts';
import type { ChatMessage, MessageId } from '../../../client/web/src/protocol/messages.ts';
import { after, fill, id, inClass, offer, person, pub, start, welcome } from './lesson.ts';

const message = (n: number, extra: Partial<ChatMessage> = {}): ChatMessage => ({
  message: n as MessageId,
  person: id(1),
  name: 'Anne MARTIN',
  to: 'all',
  text: 'Bonjour',
  at: 1795420700000,
  ...extra,
});

test('welcome replaces the whole state of the class', () => {
  const state = after(inClass(), { type: 'hand.raised', seq: 11, person: id(8), since: 5 }, welcome(7, 'learner'));
  expect(state.hands).toEqual([]);
  expect(Object.keys(state.people)).toEqual(['1', '7', '8']);
  expect(state.phase).toBe('in');
});

test('hands keep the order of the server and are not doubled', () => {
  const state = after(
    inClass(),
    { type: 'hand.raised', seq: 11, person: id(8), since: 5 },
    { type: 'hand.raised', seq: 12, person: id(7), since: 4 },
    { type: 'hand.raised', seq: 13, person: id(8), since: 9 },
  );
  expect(state.hands).toEqual([{ person: 8, since: 5 }, { person: 7, since: 4 }]);
});

test('a person who leaves takes hand, request and pin with them; others stay', () => {
  const state = after(
    inClass(),
    { type: 'hand.raised', seq: 11, person: id(8), since: 5 },
    { type: 'microphone.requested', seq: 12, person: id(8), since: 5 },
    { type: 'place-changed', place: { pinned: id(8) } },
    { type: 'person.left', seq: 13, person: id(8), reason: 'network' },
  );
  expect([state.hands, state.requests, state.here.pinned]).toEqual([[], [], null]);
  expect(Object.keys(state.people)).toEqual(['1', '7']);
});

test('a person who is away within the grace time keeps hand and place', () => {
  const state = after(
    inClass(),
    { type: 'hand.raised', seq: 11, person: id(8), since: 5 },
    { type: 'person.changed', seq: 12, person: id(8), connection: 'lost' },
  );
  expect(state.people[8]).toEqual({ ...person(8, 'Lucie PETIT', 'learner'), connection: 'lost' });
  expect(state.hands).toHaveLength(1);
});

test('a message that comes twice stands there once, and its draft goes', () => {
  const draft = { type: 'draft-added', draft: { key: 'k1', text: 'Bonjour', to: 'all', failed: null } } as const;
  const added = { type: 'message.added', seq: 11, message: message(3, { key: 'k1' }) } as const;
  const state = after(inClass(), draft, added, added);
  expect(state.messages).toHaveLength(1);
  expect(state.drafts).toEqual([]);
});

test('a draft that failed stays to be sent again', () => {
  const draft = { type: 'draft-added', draft: { key: 'k1', text: 'Bonjour', to: 'all', failed: null } } as const;
  const state = after(inClass(), draft, { type: 'draft-settled', key: 'k1', failed: 'too-fast' });
  expect(state.drafts).toEqual([{ ...draft.draft, failed: 'too-fast' }]);
});

test('no more than 500 messages are kept', () => {
  const events = Array.from({ length: 510 }, (_, i) => ({ type: 'message.added', seq: 11 + i, message: message(i + 1) }) as const);
  const state = after(inClass(), ...events);
  expect(state.messages).toHaveLength(500);
  expect(state.messages[0]?.message).toBe(11);
});

test('a slot that gets another publication loses its confirmation', () => {
  const confirmed = after(inClass(), offer, fill('1', 102, 1, 'camera'), { type: 'slot-confirmed', mid: '1', publication: pub(102) });
  expect(confirmed.slots[1]?.confirmed).toBe(102);
  expect(after(confirmed, fill('1', 102, 1, 'camera')).slots[1]?.confirmed).toBe(102);
  expect(after(confirmed, fill('1', 108, 8, 'camera')).slots[1]?.confirmed).toBe(null);
});

test('an offer that restarts keeps the mapping, a fresh one empties it', () => {
  const filled = after(inClass(), offer, fill('1', 102, 1, 'camera'));
  expect(after(filled, { ...offer, fresh: false, generation: 2 } as typeof offer).slots[1]?.publication).toBe(102);
  expect(after(filled, offer).slots[1]?.publication).toBe(null);
});

test('a change about somebody unknown changes nothing', () => {
  const state = inClass();
  expect(after(state, { type: 'person.changed', seq: 11, person: id(99), name: 'X' })).toEqual(state);
});

test('the same events give the same state, and none is changed in place', () => {
  const before = Object.freeze(inClass());
  const events = [offer, fill('1', 102, 1, 'camera'), { type: 'hand.raised', seq: 11, person: id(8), since: 5 }] as const;
  expect(after(before, ...events)).toEqual(after(before, ...events));
});

test('messages count as seen while their tab is open', () => {
  const store = createStore(after(inClass(), { type: 'place-changed', place: { tab: 'messages', panelOpen: true } }));
  store.take({ type: 'message.added', seq: 11, message: message(3) });
  expect(store.get().here.seenMessage).toBe(3);
});

test('a state is a value that can be printed', () => {
  const state = after(start(), welcome(7, 'learner'), offer);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});
