// SPDX-License-Identifier: Apache-2.0
// One own device (microphone or camera) through its life: opening, on, muted, lost. Mute is silence at once and
// an empty sender after two seconds. What others are told about it is the caller's matter.
import type { Fault, Opened } from './devices.ts';

export interface Outlet {
  /** Puts the track on the send connection; null takes it off. */
  readonly put: (track: MediaStreamTrack | null) => Promise<void>;
  readonly show: (track: MediaStreamTrack | null) => void;
  readonly lost: (fault: Fault) => void;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** A muted track stays on its sender for so long, so that a short mute costs nothing. */
const EMPTY_AFTER_MS = 2_000;

export class OwnSource {
  private track: MediaStreamTrack | null = null;
  private stopTimer: () => void = () => undefined;
  private turn = 0;

  constructor(
    private readonly open: () => Promise<Opened>,
    private readonly outlet: Outlet,
    /** A camera is let go, so that its light goes out; a microphone stays open, so that the floor costs no delay. */
    private readonly letGo: boolean,
  ) {}

  /** Resolves with a fault, or null when the track is on (or was turned off meanwhile). */
  async turnOn(): Promise<Fault | null> {
    const turn = ++this.turn;
    this.stopTimer();
    if (this.track === null || this.track.readyState === 'ended') {
      const got = await this.open();
      if (!got.ok) return got.fault;
      if (turn !== this.turn) {
        for (const track of got.tracks) track.stop();
        return null;
      }
      this.adopt(got.tracks[0] ?? null);
    }
    if (this.track === null) return 'missing';
    this.track.enabled = true;
    this.outlet.show(this.track);
    await this.outlet.put(this.track);
    return null;
  }

  turnOff(): void {
    this.turn++;
    this.stopTimer();
    const track = this.track;
    this.outlet.show(null);
    if (track === null) return;
    track.enabled = false;
    this.stopTimer = this.outlet.after(EMPTY_AFTER_MS, () => {
      void this.outlet.put(null);
      if (this.letGo) this.release();
    });
  }

  /** Another device was chosen while on: open it in place of the old one. */
  async change(): Promise<Fault | null> {
    this.release();
    return this.turnOn();
  }

  release(): void {
    const track = this.track;
    this.track = null;
    if (track === null) return;
    track.onended = null;
    track.stop();
  }

  private adopt(track: MediaStreamTrack | null): void {
    this.release();
    this.track = track;
    if (track === null) return;
    track.onended = () => {
      this.track = null;
      this.outlet.show(null);
      void this.outlet.put(null);
      this.outlet.lost('unplugged');
    };
  }
}
