// SPDX-License-Identifier: Apache-2.0
// What messages about places, the list, the relay and the count do to the state. What is shown of it: places.ts.
import type { AttendanceCount, Expected, Person, PersonId, RelayChanged, ServerMessage, SiteCode, Welcome } from '../protocol/messages.ts';
import type { Due, LocalEvent, Relayed, State } from './state.ts';

export type AttendanceEvent =
  | Extract<ServerMessage, { type: 'site.code' | 'site.confirm_due' | 'attendance.count' | 'relay.changed' }>
  | Extract<LocalEvent, { type: 'list-confirmed' }>;

const sameList = (a: { site: number; period: number }, b: { site: number; period: number }): boolean =>
  a.site === b.site && a.period === b.period;

const withCode = (codes: readonly SiteCode[], { site, code, until }: SiteCode): readonly SiteCode[] =>
  [...codes.filter((known) => known.site !== site), { site, code, until }].sort((a, b) => a.site - b.site);

const withDue = (due: readonly Due[], { site, period, people }: Due): readonly Due[] => [
  ...due.filter((known) => !sameList(known, { site, period })),
  { site, period, people },
];

const withRelay = (relay: readonly Relayed[], change: RelayChanged): readonly Relayed[] => {
  const { message, state, by, since, name, text } = change;
  const others = relay.filter((known) => known.message !== message);
  if (state === 'none') return others;
  return [...others, { message, state, by, since, ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { text }) }];
};

const counted = ({ expected, present, in_room, absent }: AttendanceCount): State['count'] => ({ expected, present, in_room, absent });

export const welcomedAttendance = (event: Welcome): Pick<State, 'expected' | 'relay' | 'codes' | 'due'> => ({
  expected: event.expected ?? [],
  relay: event.relay ?? [],
  codes: event.codes ?? [],
  // The server says again which lists are not confirmed.
  due: [],
});

/** Somebody of the list who leaves is missing from now on, and keeps a name here. */
export const missing = (expected: readonly Expected[], person: Person | undefined): readonly Expected[] =>
  person === undefined || person.identity !== 'list' || expected.some((known) => known.person === person.person)
    ? expected
    : [...expected, { person: person.person, name: person.name, organisation: '' }];

export const withoutRelay = (relay: readonly Relayed[], message: number): readonly Relayed[] =>
  relay.filter((known) => known.message !== message);

export const withoutExpected = (expected: readonly Expected[], person: PersonId): readonly Expected[] =>
  expected.filter((known) => known.person !== person);

export const reduceAttendance = (state: State, event: AttendanceEvent): State => {
  switch (event.type) {
    case 'site.code':
      return { ...state, codes: withCode(state.codes, event) };
    case 'site.confirm_due':
      return { ...state, due: withDue(state.due, event) };
    case 'list-confirmed':
      return { ...state, due: state.due.filter((known) => !sameList(known, event)) };
    case 'attendance.count':
      return { ...state, count: counted(event) };
    case 'relay.changed':
      return { ...state, relay: withRelay(state.relay, event) };
  }
};
