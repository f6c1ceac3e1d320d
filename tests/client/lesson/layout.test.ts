// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { formOf, geometry, tilesWanted } from '../../../client/web/src/lesson/layout.ts';

test('the layout changes at 1024 px', () => {
  expect([formOf(360), formOf(1023), formOf(1024)]).toEqual(['phone', 'phone', 'desktop']);
});

test('a desktop has room for two tiles, never for more', () => {
  expect(geometry('desktop', { width: 900, height: 600 }).tiles).toBe(2);
  expect(geometry('desktop', { width: 4000, height: 2000 }).tiles).toBe(2);
});

test('a narrow page has one, a low one none: the stage keeps its height', () => {
  expect(geometry('desktop', { width: 200, height: 600 }).tiles).toBe(1);
  const low = geometry('desktop', { width: 900, height: 250 });
  expect(low.tiles).toBe(0);
  expect(low.stageHeight).toBe(250);
});

test('stage and strip fill the height together', () => {
  const { stageHeight, tileHeight } = geometry('phone', { width: 344, height: 390 });
  expect(stageHeight + tileHeight + 8).toBe(390);
});

test('fewer tiles on a machine that cannot follow, none to save data', () => {
  expect(tilesWanted(2, false, true)).toBe(1);
  expect(tilesWanted(0, false, true)).toBe(0);
  expect(tilesWanted(2, true, false)).toBe(0);
});
