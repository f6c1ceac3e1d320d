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

test('a person who became remote is told apart from one whose place did not change', () => {
  expect(decode({ type: 'person.changed', seq: 1, person: 7, site: null, seated: false })).toEqual({
    ok: true,
    event: { type: 'person.changed', seq: 1, person: 7, site: null, seated: false },
  });
  const name = decode({ type: 'person.changed', seq: 1, person: 7, name: 'A' });
  expect(name.ok && 'site' in name.event).toBe(false);
  expect(decode({ type: 'person.changed', seq: 1, person: 7, site: 'B12' }).ok).toBe(false);
});

test('the list and the codes are read where they are said', () => {
  const welcome = {
    type: 'welcome', session: 's', seq: 1, at: 1, grace_s: 60, you: { person: 1, role: 'trainer' },
    class: {
      title: 'T', time_zone: 'Europe/Paris', state: 'open', entrance: 'open', periods: [],
      policy: { microphone: 'request', camera: 'open' }, sites: [{ site: 1, name: 'Salle B12' }], period: null, pause: 1795425000000,
    },
    people: [], hands: [], requests: [], messages: [], capabilities: [],
  };
  expect(decode(welcome)).toEqual({ ok: true, event: welcome });
  const duties = {
    ...welcome,
    expected: [{ person: 12, name: 'Lucie PETIT', organisation: 'Mairie de Lyon' }],
    relay: [{ message: 4, state: 'taken', by: 2, since: 5 }],
    codes: [{ site: 1, code: 'K7M2QX', until: 6 }],
  };
  expect(decode(duties)).toEqual({ ok: true, event: duties });
  expect(decode({ ...duties, relay: [{ message: 4, state: 'lost', by: 2, since: 5 }] }).ok).toBe(false);
});

test('a problem document without a code is unknown', () => {
  expect(decodeProblem({ code: 'entrance-closed' })).toBe('entrance-closed');
  expect(decodeProblem('<html>')).toBe('unknown');
});
