// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { confirm, rtpNotBefore } from '../../../client/web/src/rtc/identity.ts';

const seen = (source: number, timestamp = 1, rtpTimestamp = 5000) => ({ source, timestamp, rtpTimestamp });
const expected = { publication: 102, rtp: 5000 };

test('the CSRC of the packets confirms the publication', () => {
  expect(confirm(expected, null, { contributing: [seen(102)], synchronization: [] })).toBe(102);
});

test('another CSRC takes the name away, even when it was confirmed before', () => {
  expect(confirm(expected, 102, { contributing: [seen(101)], synchronization: [] })).toBe(null);
});

test('the newest packet counts, not one of the last ten seconds', () => {
  const contributing = [seen(101, 10), seen(102, 20)];
  expect(confirm(expected, null, { contributing, synchronization: [] })).toBe(102);
  expect(confirm({ publication: 101, rtp: 5000 }, 101, { contributing, synchronization: [] })).toBe(null);
});

test('an empty slot has no name', () => {
  expect(confirm({ publication: null, rtp: null }, 102, { contributing: [seen(102)], synchronization: [] })).toBe(null);
});

test('silence keeps what was confirmed and confirms nothing new', () => {
  const silence = { contributing: [], synchronization: [] };
  expect(confirm(expected, 102, silence)).toBe(102);
  expect(confirm(expected, 101, silence)).toBe(null);
});

test('a browser that hides the CSRC is served by the first RTP timestamp', () => {
  expect(confirm(expected, null, { contributing: [], synchronization: [seen(1, 1, 4999)] })).toBe(null);
  expect(confirm(expected, null, { contributing: [], synchronization: [seen(1, 1, 5000)] })).toBe(102);
  expect(confirm({ publication: 102, rtp: null }, 102, { contributing: [], synchronization: [seen(1)] })).toBe(null);
});

test('RTP timestamps are compared across their wrap', () => {
  expect(rtpNotBefore(10, 0xfffffff0)).toBe(true);
  expect(rtpNotBefore(0xfffffff0, 10)).toBe(false);
});
