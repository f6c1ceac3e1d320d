// SPDX-License-Identifier: Apache-2.0
// The periods of a class in words, in its zone, which is named to those who live in another one.
import { dateText, timeText, zoneText } from '../text/time.ts';
import { useLesson, useText } from './page.ts';
import type { Say } from './page.ts';

interface Planned {
  readonly time_zone: string;
  readonly periods: readonly { readonly from: string; readonly to: string }[];
}

/** `other`: the zone as it is named, or null. */
export const periodLines = ({ periods, time_zone: zone }: Planned, language: 'fr' | 'en', other: string | null, t: Say): readonly string[] =>
  periods.map(({ from, to }) => {
    const [begin, end] = [Date.parse(from), Date.parse(to)];
    const line = t('prejoin.period', {
      date: dateText(begin, zone, language),
      from: timeText(begin, zone, language),
      to: timeText(end, zone, language),
    });
    return other === null ? line : `${line} ${t('prejoin.zone', { zone: other })}`;
  });

export const When = ({ lesson }: { lesson: Planned }) => {
  const { language } = useLesson().choices;
  const t = useText();
  return (
    <ul className="plain">
      {periodLines(lesson, language, zoneText(lesson.time_zone), t).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
};
