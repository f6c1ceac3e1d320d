// SPDX-License-Identifier: Apache-2.0
// The WebSocket: enters with a ticket, answers the heartbeat, comes back with back-off and resume, matches
// answers with requests. What a message means to the lesson is not known here.
import { decode } from '../protocol/decode.ts';
import { hello, leave, pong } from '../protocol/encode.ts';
import type { Answer, ClientMessage, Form, Request, Resume, ServerMessage, Ticket } from '../protocol/messages.ts';
import type { Entered } from './door.ts';

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}
export interface Surroundings {
  readonly openSocket: () => Socket;
  readonly takeTicket: () => Promise<Entered<Ticket>>;
  /** Calls once after `ms`; returns the way to cancel. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** 0 ≤ x < 1, spreads the return of many. */
  readonly chance: () => number;
  readonly form: () => Form;
}
export type End = { readonly code: number; readonly reason: string };
export interface Hears {
  readonly message: (message: ServerMessage) => void;
  readonly state: (is: 'connecting' | 'ok' | 'lost') => void;
  readonly end: (end: End) => void;
}

/** First wait before coming back; doubled each time, at most MOST_WAIT_MS, ±30 %. */
const FIRST_WAIT_MS = 300;
const MOST_WAIT_MS = 2_000;
/** The server pings every 10 s or faster (PROTOCOL.md §3): longer silence means that the path is dead. */
const SILENCE_MS = 13_000;
/** A request without any word from the server for so long: the path is dead. */
const ANSWER_MS = 5_000;
/** Close codes after which there is no coming back (PROTOCOL.md §3). */
const FINAL_CODES: ReadonlySet<number> = new Set([1000, 4003, 4004, 4005]);
/** Asked again after a break: a message carries its key, and a hand is up or down however often one says so. */
const KEPT: ReadonlySet<Request['type']> = new Set(['message.send', 'hand.raise', 'hand.lower']);

interface Pending {
  readonly request: Request;
  readonly settle: (answer: Answer) => void;
}

export class Link {
  private socket: Socket | null = null;
  private phase: 'idle' | 'entering' | 'open' | 'waiting' | 'ended' = 'idle';
  private resume: Resume | null = null;
  private attempt = 0;
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  private stopSilence: () => void = () => undefined;
  private stopWait: () => void = () => undefined;
  private stopAnswer: (() => void) | null = null;

  constructor(
    private readonly around: Surroundings,
    private readonly hears: Hears,
  ) {}

  start(): void {
    if (this.phase === 'idle') void this.enter();
  }

  /** Settles with the server's answer; with `connection-lost` if it cannot come any more. */
  ask(request: Request): Promise<Answer> {
    return new Promise((settle) => {
      const kept = KEPT.has(request.type);
      if (this.phase === 'ended' || (this.phase !== 'open' && !kept)) {
        settle({ ok: false, code: 'connection-lost' });
        return;
      }
      const id = this.nextId++;
      this.pending.set(id, { request, settle });
      if (this.phase === 'open') this.put(id, request);
    });
  }

  /** The person quits: no grace wanted. */
  leave(): void {
    if (this.socket !== null && this.phase === 'open') this.say(leave());
    this.end({ code: 1000, reason: 'left' });
  }

  /** The page goes away, perhaps only to be loaded again: close, and let the server's grace time decide. */
  goAway(): void {
    this.socket?.close(1000);
  }

  /** The network came back or changed: do not wait any longer. */
  hurry(): void {
    if (this.phase !== 'waiting') return;
    this.attempt = 0;
    this.stopWait();
    void this.enter();
  }

  private say(message: ClientMessage, id?: number): void {
    this.socket?.send(JSON.stringify(id === undefined ? message : { ...message, id }));
  }

  private put(id: number, request: Request): void {
    this.say(request, id);
    this.stopAnswer ??= this.around.after(ANSWER_MS, () => this.broken());
  }

  private async enter(): Promise<void> {
    this.phase = 'entering';
    const got = await this.around.takeTicket();
    if (this.phase !== 'entering') return;
    if (!got.ok) {
      if (got.final) this.end({ code: 0, reason: got.code });
      else this.wait(got.waitMs);
      return;
    }
    const socket = this.around.openSocket();
    this.socket = socket;
    this.listen();
    this.stopAnswer = this.around.after(ANSWER_MS, () => this.broken());
    socket.onopen = () => this.say(hello(got.value.ticket, this.around.form(), this.resume));
    socket.onmessage = (event) => {
      if (socket === this.socket) this.hear(event.data);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) this.closed(event.code);
    };
  }

  private listen(): void {
    this.stopSilence();
    this.stopSilence = this.around.after(SILENCE_MS, () => this.broken());
  }

  private hear(data: unknown): void {
    this.listen();
    this.stopAnswer?.();
    this.stopAnswer = null;
    const got = decode(data);
    if (!got.ok) return;
    const message = got.event;
    switch (message.type) {
      case 'ping':
        this.say(pong(message.nonce));
        return;
      case 'ok':
        this.settle(message.id, { ok: true });
        return;
      case 'fault':
        if (message.id !== null) this.settle(message.id, { ok: false, code: message.code });
        return;
      case 'welcome':
      case 'resumed':
        this.entered(message);
        return;
      default:
        if ('seq' in message && this.resume !== null) this.resume = { ...this.resume, seq: message.seq };
        this.hears.message(message);
    }
  }

  private entered(message: Extract<ServerMessage, { type: 'welcome' | 'resumed' }>): void {
    // After `resumed` the missed deltas still follow: the number to resume from stays the last one applied.
    const seq = message.type === 'resumed' && this.resume !== null ? this.resume.seq : message.seq;
    this.resume = { session: message.session, seq };
    this.phase = 'open';
    this.attempt = 0;
    for (const [id, { request }] of this.pending) this.put(id, request);
    this.hears.message(message);
    this.hears.state('ok');
  }

  private settle(id: number, answer: Answer): void {
    this.pending.get(id)?.settle(answer);
    this.pending.delete(id);
    if (this.pending.size > 0) this.stopAnswer ??= this.around.after(ANSWER_MS, () => this.broken());
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    this.stopSilence();
    this.stopAnswer?.();
    this.stopAnswer = null;
    if (socket !== null) socket.onopen = socket.onmessage = socket.onclose = null;
    socket?.close();
  }

  private broken(): void {
    this.dropSocket();
    this.wait(0);
  }

  private closed(code: number): void {
    this.dropSocket();
    if (FINAL_CODES.has(code)) this.end({ code, reason: 'closed' });
    else this.wait(0);
  }

  private wait(atLeastMs: number): void {
    this.phase = 'waiting';
    this.hears.state(this.resume === null ? 'connecting' : 'lost');
    for (const [id, { request, settle }] of [...this.pending]) {
      if (KEPT.has(request.type)) continue;
      this.pending.delete(id);
      settle({ ok: false, code: 'connection-lost' });
    }
    const base = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempt++);
    const ms = Math.max(atLeastMs, base * (0.7 + 0.6 * this.around.chance()));
    this.stopWait = this.around.after(ms, () => void this.enter());
  }

  private end(end: End): void {
    if (this.phase === 'ended') return;
    this.phase = 'ended';
    this.stopWait();
    this.dropSocket();
    for (const { settle } of this.pending.values()) settle({ ok: false, code: 'connection-lost' });
    this.pending.clear();
    this.hears.end(end);
  }
}
