// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { decode, decodeProblem } from '../../../client/web/src/protocol/decode.ts';

const hostile: unknown[] = [
  undefined, null, 0, true, '', '{', '[]', 'null', '"text"', [], {}, { type: 7 }, { type: '__proto__' }, { type: 'toString' },
  { type: 'ping' }, { type: 'ok', id: '1' }, { type: 'ok', id: -1 }, { type: 'ok', id: 1.5 }, { type: 'hand.raised', seq: 1, person: null, since: 1 },
  { type: 'speakers', people: [1, 'x'] }, { type: 'media.slots', slots: [{ mid: 1, publication: null }] }, { type: 'media.slots', slots: [{ mid: '1', publication: 4 }] },
  { type: 'welcome' }, { type: 'fault', id: {}, code: 'x' },
];

test.each(hostile.map((value) => [JSON.stringify(value) ?? 'undefined', value]))('%s is refused and nothing is thrown', (_text, value) => {
  const got = decode(value);
  expect(got.ok).toBe(false);
});

test('an unknown type says so, an unknown field is ignored', () => {
  expect(decode({ type: 'poll.opened' })).toMatchObject({ ok: false, fault: { code: 'unknown-type', detail: 'poll.opened' } });
  expect(decode({ type: 'ping', nonce: 'a', later: 1 })).toEqual({ ok: true, event: { type: 'ping', nonce: 'a' } });
});

test('a fault says which field is wrong', () => {
  const got = decode({ type: 'speakers', people: [1, 'x'] });
  expect(got).toMatchObject({ ok: false, fault: { code: 'bad-message', detail: 'speakers.people[1]: a whole number expected' } });
});

test('a problem document without a code is unknown', () => {
  expect(decodeProblem({ code: 'entrance-closed' })).toBe('entrance-closed');
  expect(decodeProblem('<html>')).toBe('unknown');
});
