// SPDX-License-Identifier: Apache-2.0
// unknown → what a trainer's home shows, or a fault.
import { attempt } from './decode.ts';
import type { Decoded } from './decode.ts';
import { readAdded, readHome, readOwnClass, readPeople, readRecord } from './home.ts';
import type { Added, AttendanceRecord, Home, Listed, OwnClass } from './home.ts';

export const decodeHome = (raw: unknown): Decoded<Home> => attempt(() => readHome(raw, 'home'));
export const decodeOwnClass = (raw: unknown): Decoded<OwnClass> => attempt(() => readOwnClass(raw, 'class'));
export const decodePeople = (raw: unknown): Decoded<{ readonly people: readonly Listed[] }> =>
  attempt(() => readPeople(raw, 'people'));
export const decodeAdded = (raw: unknown): Decoded<Added> => attempt(() => readAdded(raw, 'added'));
export const decodeRecord = (raw: unknown): Decoded<AttendanceRecord> => attempt(() => readRecord(raw, 'record'));
