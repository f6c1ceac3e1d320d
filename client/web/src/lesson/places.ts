// SPDX-License-Identifier: Apache-2.0
// Answers about places, the list and the relay, derived from the state: who is missing, what waits, whom one may tick.
import type { Expected, MessageId, Person, Site, SiteCode } from '../protocol/messages.ts';
import { me, moderates } from './select.ts';
import type { Relayed, State } from './state.ts';

const can = (state: State, capability: string): boolean => state.capabilities.includes(capability);

/** Places, the list, pauses: of everybody in the class. */
export const hasAttendance = (state: State): boolean => can(state, 'attendance');
export const leadsAttendance = (state: State): boolean => hasAttendance(state) && moderates(state);
export const relays = (state: State): boolean => can(state, 'relay') && moderates(state);
export const trains = (state: State): boolean => state.you?.role === 'trainer';

export const sites = (state: State): readonly Site[] => (hasAttendance(state) ? (state.class?.sites ?? []) : []);
export const siteName = (state: State, site: number | null): string =>
  state.class?.sites.find((known) => known.site === site)?.name ?? '';

/** One's own place, of a person; the device of a room has another page. */
export const ownPlace = (state: State): { readonly site: number; readonly seated: boolean } | null => {
  const own = me(state);
  return own === null || own.role === 'room' || own.site === null || !hasAttendance(state)
    ? null
    : { site: own.site, seated: own.seated };
};

/** Who of the list is not here, by name; the server says who, the list says their names. */
export const absent = (state: State): readonly Expected[] => {
  const here = (one: Expected): boolean => state.people[one.person] !== undefined;
  const of = state.count === null ? null : new Set<number>(state.count.absent);
  return state.expected
    .filter((one) => (of === null ? !here(one) : of.has(one.person)))
    .sort((a, b) => a.name.localeCompare(b.name, state.choices.language));
};

export const relayOf = (state: State, message: MessageId): Relayed | null =>
  state.relay.find((known) => known.message === message) ?? null;

export interface Question {
  readonly message: MessageId;
  readonly name: string;
  readonly text: string;
}
/** What the prompter shows, oldest first. */
export const questions = (state: State): readonly Question[] =>
  state.relay
    .filter((one) => one.state === 'relayed')
    .sort((a, b) => a.since - b.since)
    .map((one) => {
      const said = state.messages.find((known) => known.message === one.message);
      return { message: one.message, name: one.name ?? said?.name ?? '', text: one.text ?? said?.text ?? '' };
    })
    .filter((one) => one.text !== '');

export const nobodyModerates = (state: State): boolean =>
  !Object.values(state.people).some((person) => person.role === 'moderator');

/** The numbers that `from` may become: the same role, here or on the list. */
export const mergeable = (state: State, from: Person): readonly Pick<Person, 'person' | 'name'>[] => {
  const here = Object.values(state.people).filter((one) => one.role === from.role && one.person !== from.person);
  const listed = from.role === 'learner' ? absent(state).filter((one) => state.people[one.person] === undefined) : [];
  return [...here, ...listed].sort((a, b) => a.name.localeCompare(b.name, state.choices.language));
};

export const codeOf = (state: State, site: number | null): SiteCode | null =>
  (hasAttendance(state) ? state.codes.find((known) => known.site === site) : undefined) ?? null;
