// SPDX-License-Identifier: Apache-2.0
// One live picture. Muted and playsinline (Safari's rule for playing by itself); sound has its own elements.
import { useEffect, useRef } from 'react';
import { useTrack } from './page.ts';

export const TrackVideo = ({ trackKey, mirrored = false }: { trackKey: string; mirrored?: boolean }) => {
  const track = useTrack(trackKey);
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video === null) return;
    video.srcObject = track === null ? null : new MediaStream([track]);
    // Interrupted by the next srcObject, or refused until a gesture: autoplay tries again by itself.
    if (track !== null) video.play().catch(() => undefined);
  }, [track]);
  return <video ref={element} className={mirrored ? 'mirrored' : ''} muted autoPlay playsInline aria-hidden="true" />;
};
