// SPDX-License-Identifier: Apache-2.0
// One audio element for each audio slot; when the browser refuses to play, one large button asks for the gesture.
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import type { Slot } from '../lesson/state.ts';
import { useLesson, usePage, useText, useTrack } from './page.ts';

const Sound = ({ slot }: { slot: Slot }) => {
  const track = useTrack(`slot:${slot.mid}`);
  const { audioBlocked } = useLesson().here;
  const { say } = usePage();
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = element.current;
    if (audio !== null) audio.srcObject = track === null ? null : new MediaStream([track]);
  }, [track]);
  useEffect(() => {
    if (track === null || audioBlocked) return;
    element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') say({ type: 'sound-blocked' });
    });
  }, [track, audioBlocked, say]);
  return <audio ref={element} data-slot={slot.mid} data-person={slot.person ?? undefined} />;
};

export const Sounds = () => {
  const { slots, here } = useLesson();
  const { say } = usePage();
  const t = useText();
  return (
    <>
      {slots
        .filter((slot) => slot.kind === 'audio')
        .map((slot) => (
          <Sound key={slot.mid} slot={slot} />
        ))}
      {here.audioBlocked && (
        <div className="sound-wanted">
          <Button className="button primary huge" onPress={() => say({ type: 'play-sound' })}>
            {t('sound.turn-on')}
          </Button>
        </div>
      )}
    </>
  );
};
