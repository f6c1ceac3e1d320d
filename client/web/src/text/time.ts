// SPDX-License-Identifier: Apache-2.0
// Dates and times in words, in the zone of the class; the zone is named when it is not the reader's own.
import type { Language } from './i18n.ts';

const NBSP = '\u00a0';

const zoned = (zone: string): string | undefined => {
  try {
    new Intl.DateTimeFormat('fr', { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
};

/** "9 h 04" in French, "9:04 am" in English. */
export const timeText = (at: number, zone: string, language: Language): string => {
  const timeZone = zoned(zone);
  const of = timeZone === undefined ? {} : { timeZone };
  if (language === 'en')
    return new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true, ...of }).format(at);
  const parts = new Intl.DateTimeFormat('fr', { hour: 'numeric', minute: '2-digit', hour12: false, ...of }).formatToParts(at);
  const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
  return `${Number(part('hour'))}${NBSP}h${NBSP}${part('minute')}`;
};

/** "lundi 23 novembre 2026" */
export const dateText = (at: number, zone: string, language: Language): string => {
  const timeZone = zoned(zone);
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr' : 'en-GB', {
    dateStyle: 'full',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
};

/** The zone's name when the reader lives in another one, else nothing. */
export const zoneText = (zone: string, own = Intl.DateTimeFormat().resolvedOptions().timeZone): string | null =>
  zone === own ? null : zone.replaceAll('_', ' ');
