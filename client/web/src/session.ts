// SPDX-License-Identifier: Apache-2.0
// One visit of a class: reads the link, enters, carries out intents, ends. Ties net/, lesson/ and media.ts.
import { readLink, readNotice, takeTicket } from './net/door.ts';
import type { Entered } from './net/door.ts';
import { Link } from './net/link.ts';
import type { End, Socket } from './net/link.ts';
import * as say from './protocol/encode.ts';
import type { LinkGives, Request, ServerMessage, Ticket } from './protocol/messages.ts';
import { plan } from './lesson/intents.ts';
import type { Intent, Who } from './lesson/intents.ts';
import { viewOf } from './lesson/select.ts';
import type { Over } from './lesson/state.ts';
import type { Store } from './lesson/store.ts';
import { Media } from './media.ts';
import { keepPerson, keptPerson, setTabIsIn, tabIsIn } from './memory.ts';
import { softTone } from './rtc/level.ts';
import type { Tracks } from './rtc/tracks.ts';

const RETRY_MS = 2_000;

const OVER_BY_CODE: Readonly<Record<string, Over>> = {
  unauthorized: 'unauthorized',
  'not-found': 'unauthorized',
  revoked: 'revoked',
  removed: 'removed',
  'entrance-closed': 'entrance-closed',
  'class-ended': 'ended',
  'class-full': 'class-full',
};
const OVER_BY_CLOSE: Readonly<Record<number, Over>> = { 4003: 'removed', 4004: 'ended', 4005: 'moved', 1000: 'left' };

/** A request into a dead network would wait for TCP, for minutes. */
const FETCH_MS = 4_000;

const fetcher = (path: string, init: RequestInit): Promise<Response> =>
  fetch(path, { ...init, signal: AbortSignal.timeout(FETCH_MS) });

const openSocket = (): Socket => {
  const url = new URL('/api/v1/ws', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  const ws = new WebSocket(url, 'amphi.v1');
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => ws.send(text),
    close: (code) => ws.close(code),
  };
  ws.onopen = () => socket.onopen?.();
  ws.onmessage = (event) => socket.onmessage?.({ data: event.data as unknown });
  ws.onclose = (event) => socket.onclose?.({ code: event.code });
  return socket;
};

export class Session {
  private link: Link | null = null;
  private who: Who | null = null;
  private viewSent = '';
  private readonly media: Media;

  constructor(
    private readonly store: Store,
    tracks: Tracks,
    private readonly token: string,
  ) {
    this.media = new Media(store, tracks, (request) => this.ask(request));
    store.watch(() => this.sendView());
  }

  async open(): Promise<void> {
    if (this.token === '') {
      this.store.take({ type: 'over', why: 'no-link' });
      return;
    }
    void this.readNotice();
    const got = await this.readGift();
    if (got.ok) {
      if (got.value.class.state === 'ended') return this.over('ended');
      this.store.take({ type: 'place-changed', place: { name: keptPerson(this.token).name } });
      this.store.take({ type: 'link-read', link: got.value });
      if (tabIsIn(this.token)) this.join(null);
      return;
    }
    if (got.final) this.over(OVER_BY_CODE[got.code] ?? 'refused');
    else setTimeout(() => void this.open(), Math.max(RETRY_MS, got.waitMs));
  }

  /** Under the person this browser already is, if it is one; a removed person reads so at once. */
  private async readGift(): Promise<Entered<LinkGives>> {
    const { personToken } = keptPerson(this.token);
    if (personToken === null) return readLink(fetcher, this.token);
    const own = await readLink(fetcher, personToken);
    if (own.ok || !own.final || own.code === 'removed') return own;
    if (own.code === 'revoked') return { ...own, code: 'removed' };
    return readLink(fetcher, this.token);
  }

  /** Until an organisation is named the page says nothing about records. */
  private async readNotice(): Promise<void> {
    const got = await readNotice(fetcher);
    if (got.ok && got.value.organisation !== '') this.store.take({ type: 'notice-read', notice: got.value });
  }

  /** The network came back or changed. */
  networkChanged(): void {
    this.link?.hurry();
    this.media.restart();
  }

  goAway(): void {
    this.link?.goAway();
  }

  carryOut(intent: Intent): void {
    const planned = plan(this.store.get(), intent);
    if (planned !== undefined) {
      for (const event of planned.events) this.store.take(event);
      for (const request of planned.requests) void this.request(request);
      return;
    }
    switch (intent.type) {
      case 'toggle-device':
        void this.media.toggle(intent.device, intent.on);
        return;
      case 'choose-device':
        this.chooseDevice(intent.device, intent.id);
        return;
      case 'join':
        this.join(intent.who);
        return;
      case 'quit':
        this.link?.leave();
        return;
      case 'come-back':
        location.reload();
        return;
      case 'play-sound':
        this.store.take({ type: 'place-changed', place: { audioBlocked: false } });
        return;
      default:
    }
  }

  private chooseDevice(device: 'microphone' | 'camera', id: string): void {
    const { devices } = this.store.get().here;
    this.store.take({ type: 'place-changed', place: { devices: { ...devices, [device]: id } } });
    void this.media.change(device);
  }

  private join(who: Who | null): void {
    if (this.link !== null) return;
    this.who = who;
    this.store.take({ type: 'joining' });
    this.link = new Link(
      {
        openSocket,
        takeTicket: () => this.ticket(),
        after: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
        chance: () => Math.random(),
        form: () => this.store.get().here.form,
      },
      {
        message: (message) => this.hear(message),
        state: (is) => this.linkIs(is),
        end: (end) => this.ended(end),
      },
    );
    this.link.start();
  }

  private async ticket(): Promise<Entered<Ticket>> {
    const kept = keptPerson(this.token);
    const entry = { token: this.token, who: this.who, personToken: kept.personToken };
    let got = await takeTicket(fetcher, entry);
    // A person token of a class that no longer exists: enter anew under the link.
    if (!got.ok && got.code === 'unauthorized' && kept.personToken !== null && this.who !== null)
      got = await takeTicket(fetcher, { ...entry, personToken: null });
    const name = this.who !== null && 'name' in this.who ? this.who.name : kept.name;
    if (got.ok) keepPerson(this.token, { personToken: got.value.person_token, name });
    return got;
  }

  private ask(request: Request): ReturnType<Link['ask']> {
    return this.link?.ask(request) ?? Promise.resolve({ ok: false, code: 'connection-lost' });
  }

  private async request(request: Request): Promise<void> {
    const answer = await this.ask(request);
    if (request.type === 'message.send') {
      this.store.take({ type: 'draft-settled', key: request.key, failed: answer.ok ? null : answer.code });
      return;
    }
    if (!answer.ok) this.store.take({ type: 'request-refused', code: answer.code });
    else if (request.type === 'site.confirm')
      this.store.take({ type: 'list-confirmed', site: request.site, period: request.period });
  }

  private hear(message: ServerMessage): void {
    this.store.take(message);
    this.media.handle(message);
    if (message.type === 'welcome') setTabIsIn(this.token, true);
    const { you } = this.store.get();
    if (message.type === 'microphone.withdrawn' && message.reason === 'given' && message.person === you?.person)
      softTone();
  }

  private linkIs(is: 'connecting' | 'ok' | 'lost'): void {
    this.viewSent = '';
    this.store.take({ type: 'link-changed', is, at: Date.now() });
    if (is !== 'ok') return;
    this.media.opened();
  }

  private sendView(): void {
    const state = this.store.get();
    if (state.phase !== 'in' || state.connection.is !== 'ok' || !state.capabilities.includes('media')) return;
    const view = viewOf(state);
    const text = JSON.stringify(view);
    if (text === this.viewSent) return;
    this.viewSent = text;
    void this.ask(say.viewSet(view));
  }

  private ended(end: End): void {
    if (end.reason === 'left') return this.over('left');
    if (end.code !== 0) return this.over(OVER_BY_CLOSE[end.code] ?? 'refused');
    if (this.store.get().phase === 'joining' && OVER_BY_CODE[end.reason] === undefined) {
      this.link = null;
      this.store.take({ type: 'back-to-prejoin', fault: end.reason });
      return;
    }
    this.over(OVER_BY_CODE[end.reason] ?? 'refused');
  }

  private over(why: Over): void {
    this.media.close();
    // A page opened elsewhere may come back by its button; all other ends are ends for this tab.
    setTabIsIn(this.token, why === 'moved');
    this.store.take({ type: 'over', why });
  }
}
