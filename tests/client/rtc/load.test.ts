// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Load } from '../../../client/web/src/rtc/load.ts';

const run = (readings: boolean[]): boolean[] => {
  const changes: boolean[] = [];
  const load = new Load((limited) => changes.push(limited));
  for (const reading of readings) load.take(reading);
  return changes;
};
const times = (n: number, value: boolean): boolean[] => Array.from({ length: n }, () => value);

test('six seconds of overload count, a moment does not', () => {
  expect(run(times(3, true))).toEqual([]);
  expect(run([...times(3, true), false, ...times(3, true)])).toEqual([]);
  expect(run(times(4, true))).toEqual([true]);
});

test('it is taken back after a minute of rest, once', () => {
  expect(run([...times(4, true), ...times(39, false)])).toEqual([true]);
  expect(run([...times(4, true), ...times(120, false)])).toEqual([true, false]);
});
