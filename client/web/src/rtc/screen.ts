// SPDX-License-Identifier: Apache-2.0
// The shared screen: a picture and, where the browser gives it, the tab's sound; they begin and end together.
import { openScreen } from './devices.ts';
import type { Fault } from './devices.ts';

export interface Outlet {
  readonly put: (source: 'screen' | 'screen-audio', track: MediaStreamTrack | null) => Promise<void>;
  readonly show: (track: MediaStreamTrack | null) => void;
  /** The person stopped sharing through the browser's own button, or the window closed. */
  readonly ended: () => void;
}

export class Screen {
  private picture: MediaStreamTrack | null = null;
  private sound: MediaStreamTrack | null = null;

  constructor(private readonly outlet: Outlet) {}

  hasSound(): boolean {
    return this.sound !== null;
  }

  async turnOn(): Promise<Fault | null> {
    const got = await openScreen();
    if (!got.ok) return got.fault;
    this.turnOff();
    this.picture = got.tracks.find((track) => track.kind === 'video') ?? null;
    this.sound = got.tracks.find((track) => track.kind === 'audio') ?? null;
    if (this.picture === null) return 'missing';
    this.picture.onended = () => this.outlet.ended();
    this.outlet.show(this.picture);
    await this.outlet.put('screen', this.picture);
    if (this.sound !== null) await this.outlet.put('screen-audio', this.sound);
    return null;
  }

  turnOff(): void {
    if (this.picture === null) return;
    for (const track of [this.picture, this.sound]) {
      if (track === null) continue;
      track.onended = null;
      track.stop();
    }
    this.picture = null;
    this.sound = null;
    this.outlet.show(null);
    void this.outlet.put('screen', null);
    void this.outlet.put('screen-audio', null);
  }
}
