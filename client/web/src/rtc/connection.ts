// SPDX-License-Identifier: Apache-2.0
// The receive connection: answers the server's offers, puts incoming tracks under their slot, watches that packets
// come, and asks for a restart when they do not. Which person fills a slot is not known here.
import type { MediaOffer } from '../protocol/messages.ts';
import type { Observation } from './identity.ts';
import { pulseOf } from './stats.ts';
import type { Tracks } from './tracks.ts';

export type PathState = 'connecting' | 'ok' | 'lost' | 'blocked';
export interface Hears {
  readonly answer: (generation: number, sdp: string) => void;
  readonly state: (is: PathState) => void;
  /** The path is silent while the link may well be open: an ICE restart is wanted. */
  readonly silent: () => void;
  /** Every 1.6 s: is the machine too busy to decode what comes. */
  readonly load: (limited: boolean) => void;
}

/** The server sends a packet each 250 ms (architecture: recovery); one second without any is a dead path. */
const SILENT_MS = 1_000;
const POLL_MS = 400;
/** The load is read at every fourth poll: reading figures costs load too. */
const LOAD_POLLS = 4;
/** No path in 5 s: the network blocks media, and the person is told (issue 2). */
const BLOCKED_MS = 5_000;
/** Between two restarts: the first takes ≤ 3 s, later ones leave the network some rest. */
const RESTART_MS = [2_500, 4_000, 8_000] as const;

export class ReceiveConnection {
  private pc: RTCPeerConnection | null = null;
  private generation = 0;
  private queue: Promise<void> = Promise.resolve();
  private received = -1;
  private lastPacketAt = 0;
  private startedAt = 0;
  private restartAt = 0;
  private restarts = 0;
  private polls = 0;
  private state: PathState = 'connecting';
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly tracks: Tracks,
    private readonly hears: Hears,
    private readonly now: () => number,
  ) {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
  }

  exists(): boolean {
    return this.pc !== null;
  }

  /** Offers are taken one after the other; an older generation than the last one is ignored. */
  handleOffer(offer: MediaOffer): void {
    this.queue = this.queue.then(() => this.take(offer)).catch(() => this.failed());
  }

  close(): void {
    clearInterval(this.timer);
    this.drop();
  }

  /** What the packets of a slot say about their source. */
  observe(mid: string): Observation | null {
    const receiver = this.pc?.getTransceivers().find((t) => t.mid === mid)?.receiver;
    if (receiver === undefined) return null;
    return {
      contributing: receiver.getContributingSources(),
      synchronization: receiver.getSynchronizationSources(),
    };
  }

  private drop(): void {
    this.pc?.close();
    this.pc = null;
    this.tracks.clear('slot:');
  }

  private create(): RTCPeerConnection {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    pc.ontrack = ({ transceiver, track }) => {
      if (transceiver.mid !== null) this.tracks.set(`slot:${transceiver.mid}`, track);
    };
    pc.onconnectionstatechange = () => {
      if (pc === this.pc && pc.connectionState === 'failed') this.failed();
    };
    return pc;
  }

  private async take(offer: MediaOffer): Promise<void> {
    if (offer.fresh) this.drop();
    else if (offer.generation <= this.generation) return;
    this.generation = offer.generation;
    this.pc ??= this.create();
    const pc = this.pc;
    this.startedAt = this.now();
    await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    await pc.setLocalDescription(await pc.createAnswer());
    if (pc !== this.pc) return;
    for (const { mid, receiver } of pc.getTransceivers())
      if (mid !== null) this.tracks.set(`slot:${mid}`, receiver.track);
    this.hears.answer(offer.generation, pc.localDescription?.sdp ?? '');
  }

  private failed(): void {
    this.restartAt = Math.min(this.restartAt, this.now());
    this.setState('lost');
  }

  private setState(is: PathState): void {
    if (is === this.state) return;
    this.state = is;
    this.hears.state(is);
  }

  private async poll(): Promise<void> {
    const pc = this.pc;
    if (pc === null || pc.signalingState === 'closed') return;
    const pulse = pulseOf(await pc.getStats());
    if (pc !== this.pc) return;
    const now = this.now();
    const connected = pc.iceConnectionState === 'connected' || pc.iceConnectionState === 'completed';
    if (pulse.received !== this.received && pulse.received > 0 && (connected || this.state === 'ok')) this.alive(now);
    else if (now - this.lastPacketAt > SILENT_MS) this.silent(now);
    this.received = pulse.received;
    if (++this.polls % LOAD_POLLS === 0) this.hears.load(pulse.cpuLimited);
  }

  private alive(now: number): void {
    this.lastPacketAt = now;
    this.restarts = 0;
    this.restartAt = now;
    this.setState('ok');
  }

  private silent(now: number): void {
    if (this.state === 'ok') this.setState('lost');
    if (this.state === 'connecting' && now - this.startedAt > BLOCKED_MS) this.setState('blocked');
    // A first connection gets its five seconds; afterwards each silence asks at once, then with growing pauses.
    if ((this.state === 'connecting' && now - this.startedAt < BLOCKED_MS) || now < this.restartAt) return;
    this.restartAt = now + (RESTART_MS[Math.min(this.restarts++, RESTART_MS.length - 1)] ?? 8_000);
    this.hears.silent();
  }
}
