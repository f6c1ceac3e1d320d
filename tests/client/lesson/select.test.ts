// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import * as select from '../../../client/web/src/lesson/select.ts';
import { after, fill, id, inClass, offer, person, pub } from './lesson.ts';

const withSlots = after(
  inClass(),
  offer,
  fill('1', 102, 1, 'camera'),
  fill('5', 108, 8, 'camera'),
  { type: 'slot-confirmed', mid: '1', publication: pub(102) },
);

test('the trainer comes first, then people by name, whoever speaks', () => {
  const state = after(inClass(), { type: 'speakers', people: [id(8)] }, { type: 'person.joined', seq: 11, person: person(3, 'Bob', 'room') });
  expect(select.peopleInOrder(state).map((p) => p.person)).toEqual([1, 3, 7, 8]);
});

test('a learner without the right asks for the microphone and has no button for it', () => {
  expect(select.controls(inClass())).toMatchObject({ microphone: false, request: true, camera: true, screen: false, moderation: false, end: false });
});

test('a trainer has every control, a moderator does not end the class', () => {
  expect(select.controls(inClass(1, 'trainer'))).toMatchObject({ microphone: true, request: false, screen: true, moderation: true, end: true });
  expect(select.controls(inClass(9, 'moderator'))).toMatchObject({ moderation: true, end: false });
});

test('a control whose capability is missing is not there', () => {
  const state = { ...inClass(1, 'trainer'), capabilities: ['messages'] };
  expect(select.controls(state)).toMatchObject({ microphone: false, camera: false, screen: false, hand: false, messages: true });
});

test('the room device has no messages', () => {
  expect(select.controls(inClass(9, 'room')).messages).toBe(false);
});

test('a network that blocks media leaves hands and messages', () => {
  const state = after(inClass(1, 'trainer'), { type: 'media-changed', is: 'blocked' });
  expect(select.controls(state)).toMatchObject({ microphone: false, camera: false, hand: true, messages: true });
  expect(select.trouble(state)).toBe('media-blocked');
});

test('a moderator does not act on a trainer, nobody acts on themselves', () => {
  const state = after(inClass(9, 'moderator'), { type: 'person.joined', seq: 11, person: person(9, 'Mo', 'moderator') });
  expect(select.mayActOn(state, person(1, 'Anne', 'trainer'))).toBe(false);
  expect(select.mayActOn(state, person(9, 'Mo', 'moderator'))).toBe(false);
  expect(select.mayActOn(state, person(7, 'Karim', 'learner'))).toBe(true);
});

test('a name stands under a picture only while packets and mapping agree', () => {
  const [, stageSlot, , , free] = withSlots.slots;
  expect(stageSlot && select.namedPerson(stageSlot)).toBe(1);
  expect(free && select.namedPerson(free)).toBe(null);
});

test('the stage is the screen, else the trainer, and does not follow who speaks', () => {
  expect(select.stage(after(withSlots, { type: 'speakers', people: [id(8)] })).picture?.key).toBe('slot:1');
  const shared = after(withSlots, fill('3', 103, 1, 'screen'));
  expect(select.stage(shared)).toMatchObject({ what: 'screen', picture: { key: 'slot:3' } });
  expect(select.strip(shared).map((p) => p.key)).toEqual(['slot:1', 'slot:5']);
});

test('a picture pinned for oneself takes the stage and leaves the strip', () => {
  const pinned = after(withSlots, { type: 'place-changed', place: { pinned: id(8) } });
  expect(select.stage(pinned).picture?.key).toBe('slot:5');
  expect(select.strip(pinned).map((p) => p.key)).toEqual(['slot:1']);
});

test('a voice without a picture keeps a tile, a voice with one does not', () => {
  const heard = after(withSlots, fill('0', 101, 1, 'microphone'), fill('4', 117, 7, 'microphone'), fill('4', 118, 8, 'microphone'));
  expect(select.strip(heard).map((p) => p.kind)).toEqual(['slot']);
  const noPicture = after(heard, { type: 'media.slots', slots: [{ mid: '5', publication: null }] });
  expect(select.strip(noPicture).map((p) => p.key)).toEqual(['voice:4']);
});

test('one own picture is shown unless it is hidden', () => {
  const on = after(withSlots, { type: 'own-changed', device: 'camera', now: { is: 'on' } });
  expect(select.strip(on).map((p) => p.key)).toEqual(['own:camera', 'slot:5']);
  const hidden = after(on, { type: 'chosen', choices: { hideSelf: true } });
  expect(select.strip(hidden).map((p) => p.key)).toEqual(['slot:5']);
});

test('what the server is asked to send follows room, economy, load and a hidden tab', () => {
  const at = (place: object) => select.viewOf(after(inClass(), { type: 'place-changed', place }));
  expect(at({ tiles: 2 })).toEqual({ tiles: 2, pinned: null, economy: false, hidden: false });
  expect(at({ tiles: 2, cpuLimited: true }).tiles).toBe(1);
  expect(at({ hidden: true }).hidden).toBe(true);
  expect(select.viewOf(after(inClass(), { type: 'chosen', choices: { economy: true } }))).toMatchObject({ tiles: 0, economy: true });
});

test('a lost link is said before lost media', () => {
  const state = after(inClass(), { type: 'media-changed', is: 'lost' });
  expect(select.trouble(state)).toBe('media-lost');
  expect(select.trouble(after(state, { type: 'link-changed', is: 'lost', at: 1 }))).toBe('connection-lost');
});

test('who sits in a room is not offered to ask for a microphone', () => {
  expect(select.controls(inClass()).request).toBe(true);
  expect(select.controls(after(inClass(), { type: 'person.changed', seq: 11, person: id(7), site: 1, seated: true })).request).toBe(false);
});
