// SPDX-License-Identifier: Apache-2.0
// Announcing a pause: how long, told as the time it ends at; ending it early.
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { leadsAttendance } from '../lesson/places.ts';
import { timeText } from '../text/time.ts';
import { useLesson, usePage, useText } from './page.ts';

const MINUTES = [5, 10, 15, 20, 30, 60, 90] as const;
const MINUTE_MS = 60_000;

/** Whole minutes: everybody reads HH:MM. */
const endOf = (now: number, minutes: number): number => Math.ceil(now / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS;

export const PauseChoice = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const [now] = useState(() => Date.now());
  const [until, setUntil] = useState(endOf(now, 15));
  if (!leadsAttendance(state) || state.class === null) return null;
  if (state.class.pause !== null)
    return (
      <Button className="button" onPress={() => say({ type: 'set-pause', until: null })}>
        {t('break.end')}
      </Button>
    );
  const { time_zone: zone } = state.class;
  return (
    <div className="pause-choice">
      <label className="choice">
        <span>{t('break.length')}</span>
        <select className="field" value={until} onChange={({ target }) => setUntil(Number(target.value))}>
          {MINUTES.map((minutes) => (
            <option key={minutes} value={endOf(now, minutes)}>
              {t('break.option', { minutes, time: timeText(endOf(now, minutes), zone, state.choices.language) })}
            </option>
          ))}
        </select>
      </label>
      <Button className="button" onPress={() => say({ type: 'set-pause', until })}>
        {t('break.start')}
      </Button>
    </div>
  );
};
