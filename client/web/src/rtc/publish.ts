// SPDX-License-Identifier: Apache-2.0
// The send connection: made once when something is first published, four m-lines in a fixed order, then only
// replaceTrack. Decides offers, restarts and encodings; who may publish is decided by the server.
import type { MediaPublished, OfferedTrack, Source } from '../protocol/messages.ts';
import type { Size } from './devices.ts';
import { encodingOf, scaleOf } from './encodings.ts';
import { pulseOf } from './stats.ts';

export interface Hears {
  readonly offer: (generation: number, sdp: string, tracks: readonly OfferedTrack[]) => void;
}

const ORDER: readonly Source[] = ['microphone', 'camera', 'screen', 'screen-audio'];
const kindOf = (source: Source): 'audio' | 'video' =>
  source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video';

export class SendConnection {
  private pc: RTCPeerConnection | null = null;
  private readonly senders = new Map<Source, RTCRtpSender>();
  private readonly sent = new Map<Source, MediaStreamTrack>();
  private generation = 0;
  private restarting = false;
  private queue: Promise<void> = Promise.resolve();
  private opened: () => void = () => undefined;
  /** Settles with the first answer: before it the server knows none of our tracks. */
  readonly ready = new Promise<void>((settle) => (this.opened = settle));

  constructor(
    private readonly hears: Hears,
    private readonly size: Size,
  ) {}

  exists(): boolean {
    return this.pc !== null;
  }

  /** Puts a track on its m-line (null takes it off); the first call makes the connection. */
  async put(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (track === null) this.sent.delete(source);
    else this.sent.set(source, track);
    if (this.pc === null) {
      if (track === null) return;
      this.create();
      this.enqueue(() => this.offer(false));
    }
    const sender = this.senders.get(source);
    if (sender === undefined) return;
    if (track !== null) track.contentHint = encodingOf(source, this.size).hint;
    await sender.replaceTrack(track);
    if (track !== null) await this.limit(source, sender, track);
  }

  handlePublished(answer: MediaPublished): void {
    this.enqueue(() => this.take(answer));
  }

  /** New ICE credentials over the existing connection: after silence, a network change, a new WebSocket. */
  restart(): void {
    if (this.pc !== null) this.enqueue(() => this.offer(true));
  }

  async isCpuLimited(): Promise<boolean> {
    const { pc } = this;
    return pc !== null && pc.connectionState === 'connected' && pulseOf(await pc.getStats()).cpuLimited;
  }

  close(): void {
    this.pc?.close();
    this.pc = null;
    this.senders.clear();
  }

  private enqueue(step: () => Promise<void>): void {
    this.queue = this.queue.then(step).catch(() => undefined);
  }

  private create(): void {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.pc = pc;
    this.senders.clear();
    for (const source of ORDER) {
      const { maxBitrate, maxFramerate } = encodingOf(source, this.size);
      const encoding: RTCRtpEncodingParameters = maxFramerate === undefined ? { maxBitrate } : { maxBitrate, maxFramerate };
      const transceiver = pc.addTransceiver(kindOf(source), { direction: 'sendonly', sendEncodings: [encoding] });
      this.senders.set(source, transceiver.sender);
    }
  }

  /** Everything that was sent goes over a new connection. */
  private async replace(): Promise<void> {
    this.pc?.close();
    this.create();
    for (const [source, track] of this.sent) await this.senders.get(source)?.replaceTrack(track);
    await this.offer(false);
  }

  private async offer(restart: boolean): Promise<void> {
    const pc = this.pc;
    if (pc === null) return;
    if (pc.signalingState === 'have-local-offer') await pc.setLocalDescription({ type: 'rollback' });
    this.restarting = restart;
    await pc.setLocalDescription(await pc.createOffer({ iceRestart: restart }));
    const mids = pc.getTransceivers().map((t) => t.mid);
    const tracks = ORDER.map((source, i) => ({ mid: mids[i] ?? String(i), source }));
    this.hears.offer(++this.generation, pc.localDescription?.sdp ?? '', tracks);
  }

  private async take(answer: MediaPublished): Promise<void> {
    const pc = this.pc;
    if (pc === null || answer.generation !== this.generation || pc.signalingState !== 'have-local-offer') return;
    if (answer.fresh && this.restarting) {
      await this.replace();
      return;
    }
    this.restarting = false;
    await pc.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    this.opened();
    for (const [source, track] of this.sent) {
      const sender = this.senders.get(source);
      if (sender !== undefined) await this.limit(source, sender, track);
    }
  }

  /** Firefox knows no degradationPreference and refuses some fields before an answer: then the offer's limits stand. */
  private async limit(source: Source, sender: RTCRtpSender, track: MediaStreamTrack): Promise<void> {
    const wanted = encodingOf(source, this.size);
    const parameters = sender.getParameters();
    const first = parameters.encodings[0];
    if (first === undefined) return;
    first.maxBitrate = wanted.maxBitrate;
    if (wanted.maxFramerate !== undefined) first.maxFramerate = wanted.maxFramerate;
    if (wanted.maxHeight !== undefined) first.scaleResolutionDownBy = scaleOf(track.getSettings().height, wanted.maxHeight);
    if (wanted.degradation !== undefined) parameters.degradationPreference = wanted.degradation;
    await sender.setParameters(parameters).catch(() => undefined);
  }
}
