// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { plan } from '../../../client/web/src/lesson/intents.ts';
import { after, id, inClass } from './lesson.ts';

test('removing a person and ending for all are asked first', () => {
  const trainer = inClass(1, 'trainer');
  const asked = plan(trainer, { type: 'ask', confirm: { what: 'remove', person: id(8) } });
  expect(asked?.requests).toEqual([]);
  const open = after(trainer, ...(asked?.events ?? []));
  expect(plan(open, { type: 'answer', yes: true })?.requests).toEqual([{ type: 'person.remove', person: 8 }]);
  expect(plan(open, { type: 'answer', yes: false })?.requests).toEqual([]);
});

test('an answer without a question does nothing to others', () => {
  expect(plan(inClass(1, 'trainer'), { type: 'answer', yes: true })?.requests).toEqual([]);
});

test('an empty message is not sent, a written one keeps its draft until it is there', () => {
  expect(plan(inClass(), { type: 'write', key: 'k', text: '  \n', to: 'all' })).toEqual({ requests: [], events: [] });
  const written = plan(inClass(), { type: 'write', key: 'k', text: ' Bonjour ', to: 'moderators' });
  expect(written?.requests).toEqual([{ type: 'message.send', key: 'k', text: 'Bonjour', to: 'moderators' }]);
  expect(written?.events).toHaveLength(1);
});

test("one's own hand is lowered without naming anybody", () => {
  expect(plan(inClass(), { type: 'lower-hand-of', person: id(7) })?.requests).toEqual([{ type: 'hand.lower' }]);
  expect(plan(inClass(), { type: 'lower-hand-of', person: id(8) })?.requests).toEqual([{ type: 'hand.lower', person: 8 }]);
});

test('devices and leaving are left to the composition root', () => {
  expect(plan(inClass(), { type: 'quit' })).toBeUndefined();
  expect(plan(inClass(), { type: 'toggle-device', device: 'camera', on: true })).toBeUndefined();
});
