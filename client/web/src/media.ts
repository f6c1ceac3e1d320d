// SPDX-License-Identifier: Apache-2.0
// Ties own devices and the two peer connections to the lesson: what is on, what the server took away, what the
// packets confirm. Composition only: each decision stands in rtc/ or lesson/.
import * as say from './protocol/encode.ts';
import type { Answer, Request, ServerMessage, Source } from './protocol/messages.ts';
import { ReceiveConnection } from './rtc/connection.ts';
import { openCamera, openMicrophone } from './rtc/devices.ts';
import type { Fault } from './rtc/devices.ts';
import { Load } from './rtc/load.ts';
import { SendConnection } from './rtc/publish.ts';
import { Screen } from './rtc/screen.ts';
import { OwnSource } from './rtc/source.ts';
import type { Tracks } from './rtc/tracks.ts';
import { me, rights } from './lesson/select.ts';
import type { Device, Publishing } from './lesson/state.ts';
import type { Store } from './lesson/store.ts';
import { keepLabels } from './labels.ts';

/** No offer or no path for so long: the sentence of a blocked network. */
const BLOCKED_MS = 5_000;

const later = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export class Media {
  private receive: ReceiveConnection | null = null;
  private send: SendConnection | null = null;
  private readonly own: Readonly<Record<'microphone' | 'camera', OwnSource>>;
  private readonly screen: Screen;
  private stopLabels: () => void = () => undefined;
  private readonly load: Load;
  /** What the server has acknowledged as on; a device that is only tried, or on its way, is not in it. */
  private readonly acknowledged = new Set<Device>();

  constructor(
    private readonly store: Store,
    private readonly tracks: Tracks,
    private readonly ask: (request: Request) => Promise<Answer>,
  ) {
    this.load = new Load((cpuLimited) => store.take({ type: 'place-changed', place: { cpuLimited } }));
    const chosen = () => store.get().here.devices;
    this.own = {
      microphone: this.source('microphone', () => openMicrophone(chosen().microphone), false),
      camera: this.source('camera', () => openCamera(chosen().camera, this.size()), true),
    };
    this.screen = new Screen({
      put: (source, track) => this.put(source, track),
      show: (track) => tracks.set('own:screen', track),
      ended: () => void this.toggle('screen', false),
    });
  }

  /** After each welcome or resume: a new WebSocket always restarts ICE. */
  opened(): void {
    if (!this.store.get().capabilities.includes('media')) return;
    const first = this.receive === null;
    this.receive ??= new ReceiveConnection(
      this.tracks,
      {
        answer: (generation, sdp) => void this.ask(say.mediaAnswer(generation, sdp)),
        state: (is) => this.store.take({ type: 'media-changed', is }),
        silent: () => this.restart(),
        load: (limited) => void this.weigh(limited),
      },
      () => performance.now(),
    );
    if (first) {
      this.stopLabels = keepLabels(this.store, (mid) => this.receive?.observe(mid) ?? null);
      this.store.take({ type: 'media-changed', is: 'connecting' });
      later(BLOCKED_MS, () => this.blockedIfSilent());
    }
    this.restart();
    void this.publishAgain();
  }

  /** ICE restart of what exists; asks for the first offer when there is none. */
  restart(): void {
    if (this.receive === null || this.store.get().connection.is !== 'ok') return;
    this.send?.restart();
    void this.ask(say.mediaOpen(this.receive.exists())).then((answer) => {
      if (!answer.ok && answer.code === 'media-unavailable') this.store.take({ type: 'media-changed', is: 'blocked' });
    });
  }

  handle(message: ServerMessage): void {
    switch (message.type) {
      case 'media.offer':
        this.receive?.handleOffer(message);
        return;
      case 'media.published':
        this.send?.handlePublished(message);
        return;
      case 'you.muted':
        this.silence('microphone');
        return;
      case 'person.changed':
        if (message.person === this.store.get().you?.person) this.obey();
        return;
      default:
    }
  }

  async toggle(device: Device, on: boolean): Promise<void> {
    if (!on) {
      this.silence(device);
      if (this.inClass()) await this.tell(device, false);
      return;
    }
    if (this.now(device).is === 'starting') return;
    this.note(device, { is: 'starting' });
    const fault = await (device === 'screen' ? this.screen.turnOn() : this.own[device].turnOn());
    if (fault !== null) {
      // Closing the browser's choice of screens is a change of mind, not a fault.
      this.note(device, device === 'screen' && fault === 'refused' ? { is: 'off' } : { is: 'fault', fault });
      return;
    }
    if (this.now(device).is !== 'starting') return;
    await this.published(device);
  }

  /** Another device was chosen. */
  async change(device: 'microphone' | 'camera'): Promise<void> {
    const is = this.now(device).is;
    if (is !== 'on' && is !== 'fault') {
      this.own[device].release();
      return;
    }
    if (is === 'fault') {
      await this.toggle(device, true);
      return;
    }
    const fault = await this.own[device].change();
    if (fault !== null) this.lost(device, fault);
  }

  close(): void {
    this.stopLabels();
    this.receive?.close();
    this.send?.close();
    this.own.microphone.release();
    this.own.camera.release();
    this.screen.turnOff();
    this.tracks.clear('own:');
  }

  private source(device: 'microphone' | 'camera', open: ConstructorParameters<typeof OwnSource>[0], letGo: boolean) {
    return new OwnSource(
      open,
      {
        put: (track) => this.put(device, track),
        show: (track) => this.tracks.set(`own:${device}`, track),
        lost: (fault) => this.lost(device, fault),
        after: later,
      },
      letGo,
    );
  }

  private size(): 'small' | 'large' {
    const role = this.store.get().you?.role ?? this.store.get().link?.role;
    return role === 'learner' ? 'small' : 'large';
  }

  private inClass(): boolean {
    return this.store.get().phase === 'in' && this.store.get().capabilities.includes('media');
  }

  private now(device: Device): Publishing {
    return this.store.get().own[device];
  }

  private note = (device: Device, now: Publishing): void => this.store.take({ type: 'own-changed', device, now });

  /** Before joining a device is only tried: nothing is sent. */
  private async put(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (!this.inClass()) return;
    this.send ??= new SendConnection(
      { offer: (generation, sdp, tracks) => void this.ask(say.mediaPublish(generation, sdp, tracks)) },
      this.size(),
    );
    await this.send.put(source, track);
  }

  private async published(device: Device): Promise<void> {
    if (this.inClass()) {
      await Promise.race([this.send?.ready, new Promise<void>((settle) => later(BLOCKED_MS, settle))]);
      const answer = await this.tell(device, true);
      if (!answer.ok && answer.code !== 'connection-lost') {
        this.silence(device);
        this.store.take({ type: 'request-refused', code: device === 'screen' ? `screen-${answer.code}` : answer.code });
        return;
      }
      if (answer.ok) this.acknowledged.add(device);
    }
    if (this.now(device).is === 'starting') this.note(device, { is: 'on' });
    else await this.tell(device, false);
  }

  private async tell(device: Device, on: boolean): Promise<Answer> {
    if (device === 'screen' && (!on || this.screen.hasSound())) void this.ask(say.publish('screen-audio', on));
    return this.ask(say.publish(device, on));
  }

  private silence(device: Device): void {
    this.acknowledged.delete(device);
    if (device === 'screen') this.screen.turnOff();
    else this.own[device].turnOff();
    this.note(device, { is: 'off' });
  }

  private lost(device: Device, fault: Fault): void {
    this.acknowledged.delete(device);
    this.note(device, { is: 'fault', fault });
    if (this.inClass()) void this.tell(device, false);
  }

  /** The server says what is on; a source it took away is turned off here too. */
  private obey(): void {
    const person = me(this.store.get());
    for (const device of ['microphone', 'camera', 'screen'] as const)
      if (this.acknowledged.has(device) && person?.on.includes(device) !== true) this.silence(device);
  }

  /** On entering, what was tried before; after a break longer than the grace time, what was on. */
  private async publishAgain(): Promise<void> {
    const may = rights(this.store.get());
    for (const device of ['microphone', 'camera', 'screen'] as const) {
      if (this.now(device).is !== 'on' || me(this.store.get())?.on.includes(device) === true) continue;
      this.acknowledged.delete(device);
      if (!may[device]) this.silence(device);
      else if (device === 'screen') await this.tell(device, true);
      else {
        this.note(device, { is: 'off' });
        await this.toggle(device, true);
      }
    }
  }

  /** Receiving and sending load the same machine. */
  private async weigh(limited: boolean): Promise<void> {
    this.load.take(limited || (await this.send?.isCpuLimited()) === true);
  }

  private blockedIfSilent(): void {
    if (this.store.get().media === 'connecting') this.store.take({ type: 'media-changed', is: 'blocked' });
  }
}
