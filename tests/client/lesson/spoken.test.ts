// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { reduce } from '../../../client/web/src/lesson/reduce.ts';
import type { LessonEvent } from '../../../client/web/src/lesson/reduce.ts';
import { spoken } from '../../../client/web/src/lesson/spoken.ts';
import type { State } from '../../../client/web/src/lesson/state.ts';
import type { MessageId } from '../../../client/web/src/protocol/messages.ts';
import { after, fill, id, inClass, offer, person } from './lesson.ts';

const said = (state: State, event: LessonEvent): string[] => spoken(event, state, reduce(state, event)).map((s) => s.key);
const message = (from: number, text: string): LessonEvent => ({
  type: 'message.added',
  seq: 20,
  message: { message: 5 as MessageId, person: id(from), name: 'X', to: 'all', text, at: 1 },
});
const mentions = after(inClass(), { type: 'chosen', choices: { announcements: 'mentions' } });
const none = after(inClass(), { type: 'chosen', choices: { announcements: 'none' } });

test('who speaks is never announced', () => {
  expect(said(inClass(), { type: 'speakers', people: [id(8)] })).toEqual([]);
});

test('being muted and getting the floor are told at once, whatever was chosen', () => {
  for (const state of [inClass(), mentions, none]) {
    expect(spoken({ type: 'you.muted', by: id(1) }, state, state)[0]).toMatchObject({ urgent: true });
    expect(said(state, { type: 'microphone.withdrawn', seq: 11, person: id(7), reason: 'given' })).toEqual(['sentence.floor']);
  }
});

test('with mentions only, the trainer and what names me are told', () => {
  expect(said(mentions, message(8, 'Bonjour'))).toEqual([]);
  expect(said(mentions, message(8, 'karim diallo, une question ?'))).toEqual(['spoken.message']);
  expect(said(mentions, message(1, 'Bonjour'))).toEqual(['spoken.message']);
  expect(said(none, message(1, 'Bonjour'))).toEqual([]);
});

test("one's own message, hand and arrival are not read back", () => {
  expect(said(inClass(), message(7, 'Bonjour'))).toEqual([]);
  expect(said(inClass(), { type: 'hand.raised', seq: 11, person: id(7), since: 1 })).toEqual([]);
  expect(said(inClass(), { type: 'person.joined', seq: 11, person: person(7, 'Karim', 'learner') })).toEqual([]);
});

test('a removal names the person although they are gone', () => {
  const state = inClass();
  const event: LessonEvent = { type: 'person.left', seq: 11, person: id(8), reason: 'removed' };
  expect(spoken(event, state, reduce(state, event))).toMatchObject([{ key: 'spoken.removed', values: { name: 'Lucie PETIT' } }]);
});

test('a lost connection is told once, its return too', () => {
  const lost = after(inClass(), { type: 'link-changed', is: 'lost', at: 1 });
  expect(said(inClass(), { type: 'link-changed', is: 'lost', at: 1 })).toEqual(['trouble.connection-lost']);
  expect(said(lost, { type: 'link-changed', is: 'lost', at: 2 })).toEqual([]);
  expect(said(lost, { type: 'link-changed', is: 'ok', at: 3 })).toEqual(['spoken.back']);
});

test('a shared screen is told when it begins and when it ends', () => {
  const ready = after(inClass(), offer);
  expect(said(ready, fill('3', 103, 1, 'screen'))).toEqual(['spoken.screen-on']);
  const shared = after(ready, fill('3', 103, 1, 'screen'));
  expect(said(shared, { type: 'media.slots', slots: [{ mid: '3', publication: null }] })).toEqual(['spoken.screen-off']);
});
