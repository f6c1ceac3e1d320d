// SPDX-License-Identifier: Apache-2.0
// A date and a time on the clock of a zone, as an instant with its offset (RFC 3339); the zones a French trainer meets.

export const ZONES = [
  'Europe/Paris',
  'America/Guadeloupe',
  'America/Martinique',
  'America/Cayenne',
  'America/Miquelon',
  'Indian/Reunion',
  'Indian/Mayotte',
  'Pacific/Noumea',
  'Pacific/Wallis',
  'Pacific/Tahiti',
] as const;

const MINUTE_MS = 60_000;

/** Minutes by which the zone's clock is ahead of UTC at that instant. */
const aheadAt = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return Math.round((wall - at) / MINUTE_MS);
};

const two = (n: number): string => String(n).padStart(2, '0');

/** `date` "2026-11-23", `time` "09:00"; null when they are none. */
export const instantText = (date: string, time: string, zone: string): string | null => {
  const wall = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(wall)) return null;
  // Once for a guess, once at the guessed instant: the clocks may change between the two.
  const guess = wall - aheadAt(wall, zone) * MINUTE_MS;
  const ahead = aheadAt(guess, zone);
  const minutes = Math.abs(ahead);
  return `${date}T${time}:00${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
};
