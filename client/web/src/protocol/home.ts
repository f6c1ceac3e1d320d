// SPDX-License-Identifier: Apache-2.0
// What a trainer's home reads (PROTOCOL.md §2): own classes, their people, the record.
import { both, flag, listOf, maybe, nullOr, object, oneOf, text, whole } from './read.ts';
import type { Reader } from './read.ts';

const period = object({ from: text, to: text });
const readClass = both(
  object({
    id: text,
    title: text,
    time_zone: text,
    state: oneOf('open', 'ended'),
    periods: listOf(period),
    sites: listOf(both(object({ site: whole, name: text }), maybe({ link: text }))),
    links: both(object({ trainer: text, moderator: text, learner: text, room: text }), maybe({ open: text })),
  }),
  maybe({ help: text }),
);
export type OwnClass = ReturnType<typeof readClass>;

export const readHome = object({ trainer: object({ name: text }), classes: listOf(readClass) });
export type Home = ReturnType<typeof readHome>;
export const readOwnClass: Reader<OwnClass> = readClass;

const listed = both(object({ person: whole, name: text, role: text }), maybe({ link: text }));
export type Listed = ReturnType<typeof listed>;
export const readPeople = object({ people: listOf(listed) });
export const readAdded = object({
  people: listOf(object({ person: whole })),
  errors: listOf(object({ line: whole, code: text })),
});
export type Added = ReturnType<typeof readAdded>;

const tenths: Reader<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : whole(value, at);
const cell = object({
  period: whole,
  state: oneOf('to-come', 'running', 'over'),
  modality: nullOr(oneOf('remote', 'site', 'both')),
  how: nullOr(text),
  first: nullOr(whole),
  last: nullOr(whole),
  minutes: tenths,
  percent: tenths,
  late: flag,
  early: flag,
  absent: flag,
  note: nullOr(text),
});
export type Cell = ReturnType<typeof cell>;
const row = object({
  person: whole,
  name: text,
  organisation: nullOr(text),
  identity: oneOf('list', 'declared'),
  periods: listOf(cell),
  total: object({ minutes: tenths, percent: tenths }),
});
export type Row = ReturnType<typeof row>;
export const readRecord = object({
  organisation: object({ name: nullOr(text), number: nullOr(text) }),
  title: text,
  time_zone: text,
  version: whole,
  planned_minutes: tenths,
  periods: listOf(object({ period: whole, from: whole, to: whole })),
  trainers: listOf(object({ name: text })),
  people: listOf(row),
  count: object({ expected: whole, present: whole, in_room: whole }),
  sentence: text,
  chain: object({ event: whole, head: text }),
});
export type AttendanceRecord = ReturnType<typeof readRecord>;

/** What a trainer fills in; times carry their offset. */
export interface NewClass {
  readonly title: string;
  readonly time_zone: string;
  readonly periods: readonly { readonly from: string; readonly to: string }[];
  readonly sites: readonly { readonly site: number; readonly name: string }[];
  readonly open_link: boolean;
  readonly help: string;
}
