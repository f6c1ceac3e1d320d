// SPDX-License-Identifier: Apache-2.0
// The level of one's own voice: a bar that moves and a sentence that says the same, slowly enough to be read aloud.
import { useEffect, useRef, useState } from 'react';
import { usePage, useText, useTrack } from './page.ts';

/** Speech at a normal distance lies above this part of the meter (about −45 dBFS). */
const HEARD = 0.25;
const SAID_AFTER_MS = 1_500;

export const Meter = () => {
  const { watchLevel } = usePage();
  const track = useTrack('own:microphone');
  const t = useText();
  const [level, setLevel] = useState(0);
  const [heard, setHeard] = useState(false);
  const loudAt = useRef(0);
  useEffect(() => {
    if (track === null) return;
    return watchLevel(track, (now) => {
      setLevel(now);
      if (now > HEARD) loudAt.current = performance.now();
      setHeard(performance.now() - loudAt.current < SAID_AFTER_MS && loudAt.current > 0);
    });
  }, [track, watchLevel]);
  return (
    <div className="meter">
      <meter min={0} max={1} value={level} aria-label={t('device.level')} />
      <p role="status">{heard ? t('device.heard') : t('device.not-heard')}</p>
    </div>
  );
};
