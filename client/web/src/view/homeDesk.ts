// SPDX-License-Identifier: Apache-2.0
// What a trainer's home may ask for; the requests behind it are net/office.ts.
import type { Added, AttendanceRecord, Home, Listed, NewClass } from '../protocol/home.ts';

export type Told<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string };

export interface HomeDesk {
  readonly home: () => Promise<Told<Home>>;
  readonly create: (wanted: NewClass) => Promise<Told<unknown>>;
  readonly end: (id: string) => Promise<Told<unknown>>;
  readonly reopen: (id: string) => Promise<Told<unknown>>;
  readonly people: (id: string) => Promise<Told<{ readonly people: readonly Listed[] }>>;
  readonly addPeople: (id: string, lines: string) => Promise<Told<Added>>;
  readonly record: (id: string) => Promise<Told<AttendanceRecord>>;
  readonly saveRecord: (id: string, name: string) => Promise<boolean>;
  readonly copy: (text: string) => Promise<boolean>;
  readonly print: () => void;
}
