// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { instantText } from '../../../client/web/src/text/zone.ts';

test('the clock of a zone gives an instant with its offset', () => {
  expect(instantText('2026-11-23', '09:00', 'Europe/Paris')).toBe('2026-11-23T09:00:00+01:00');
  expect(instantText('2026-07-01', '09:00', 'Europe/Paris')).toBe('2026-07-01T09:00:00+02:00');
  expect(instantText('2026-11-23', '09:00', 'Pacific/Noumea')).toBe('2026-11-23T09:00:00+11:00');
  expect(instantText('2026-11-23', '09:00', 'America/Miquelon')).toBe('2026-11-23T09:00:00-03:00');
});

test('the night the clocks change, before and after', () => {
  expect(instantText('2026-10-25', '01:30', 'Europe/Paris')).toBe('2026-10-25T01:30:00+02:00');
  expect(instantText('2026-10-25', '03:30', 'Europe/Paris')).toBe('2026-10-25T03:30:00+01:00');
});

test('no date is no instant', () => {
  expect(instantText('', '09:00', 'Europe/Paris')).toBe(null);
  expect(instantText('2026-11-23', '', 'Europe/Paris')).toBe(null);
});
