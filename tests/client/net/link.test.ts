// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Entered } from '../../../client/web/src/net/door.ts';
import { Link } from '../../../client/web/src/net/link.ts';
import type { End, Socket } from '../../../client/web/src/net/link.ts';
import type { ServerMessage, Ticket } from '../../../client/web/src/protocol/messages.ts';
import { welcome } from '../lesson/lesson.ts';

/** The browser's half of a WebSocket, with the server's hand on it. */
class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const ticket: Entered<Ticket> = { ok: true, value: { ticket: 't', person: 7 as never, person_token: 'p', role: 'learner' } };

const world = (answers: Entered<Ticket>[] = []) => {
  const sockets: FakeSocket[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const heard: ServerMessage[] = [];
  const states: string[] = [];
  const ends: End[] = [];
  let now = 0;
  const link = new Link(
    {
      openSocket: () => {
        const socket = new FakeSocket();
        sockets.push(socket);
        return socket;
      },
      takeTicket: () => Promise.resolve(answers.shift() ?? ticket),
      after: (ms, run) => {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer) >>> 0, timers.includes(timer) ? 1 : 0);
      },
      chance: () => 0.5,
      form: () => 'desktop',
    },
    { message: (m) => heard.push(m), state: (is) => states.push(is), end: (end) => ends.push(end) },
  );
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    for (;;) {
      const next = timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.run();
      await settle();
    }
    now = until;
  };
  const last = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  };
  const enter = async (): Promise<void> => {
    if (sockets.length === 0) link.start();
    await settle();
    last().onopen?.();
    last().says(welcome(7, 'learner'));
    await settle();
  };
  return { link, sockets, heard, states, ends, pass, enter, last, settle };
};

test('the first word is hello with the ticket', async () => {
  const w = world();
  await w.enter();
  expect(w.last().sent[0]).toEqual({ type: 'hello', ticket: 't', form: 'desktop' });
  expect(w.states).toEqual(['ok']);
});

test('a ping is answered from the message handler, without any timer', async () => {
  const w = world();
  await w.enter();
  w.last().says({ type: 'ping', nonce: 'n1' });
  expect(w.last().sent.at(-1)).toEqual({ type: 'pong', nonce: 'n1' });
});

test('each request gets its own answer', async () => {
  const w = world();
  await w.enter();
  const first = w.link.ask({ type: 'hand.raise' });
  const second = w.link.ask({ type: 'mute.all' });
  w.last().says({ type: 'fault', id: 2, code: 'not-allowed' });
  w.last().says({ type: 'ok', id: 1 });
  expect(await first).toEqual({ ok: true });
  expect(await second).toEqual({ ok: false, code: 'not-allowed' });
});

test('after a break it comes back within half a second and resumes from the last delta applied', async () => {
  const w = world();
  await w.enter();
  w.last().says({ type: 'hand.raised', seq: 44, person: 7, since: 1 });
  w.last().onclose?.({ code: 1006 });
  expect(w.states.at(-1)).toBe('lost');
  await w.pass(500);
  expect(w.sockets).toHaveLength(2);
  w.last().onopen?.();
  expect(w.last().sent[0]).toMatchObject({ type: 'hello', resume: { session: 's1', seq: 44 } });
});

test('resumed does not move the number before the missed deltas have come', async () => {
  const w = world();
  await w.enter();
  w.last().onclose?.({ code: 1006 });
  await w.pass(500);
  w.last().onopen?.();
  w.last().says({ type: 'resumed', session: 's1', seq: 60 });
  w.last().onclose?.({ code: 1006 });
  await w.pass(500);
  w.last().onopen?.();
  expect(w.last().sent[0]).toMatchObject({ resume: { session: 's1', seq: 10 } });
});

test('a message without an answer is sent again with the same key; another request is given up', async () => {
  const w = world();
  await w.enter();
  const message = w.link.ask({ type: 'message.send', key: 'k1', text: 'Bonjour', to: 'all' });
  const mute = w.link.ask({ type: 'mute.all' });
  w.last().onclose?.({ code: 1006 });
  expect(await mute).toEqual({ ok: false, code: 'connection-lost' });
  await w.pass(500);
  await w.enter();
  const again = w.last().sent.filter((sent) => sent['type'] === 'message.send');
  expect(again).toMatchObject([{ key: 'k1', id: 1 }]);
  w.last().says({ type: 'ok', id: 1 });
  expect(await message).toEqual({ ok: true });
});

test('a message written while away waits for the return and is sent once', async () => {
  const w = world();
  await w.enter();
  w.last().onclose?.({ code: 1006 });
  void w.link.ask({ type: 'message.send', key: 'k2', text: 'Bonjour', to: 'all' });
  await w.pass(500);
  await w.enter();
  expect(w.last().sent.filter((sent) => sent['type'] === 'message.send')).toHaveLength(1);
});

test('silence longer than the heartbeat is a broken connection', async () => {
  const w = world();
  await w.enter();
  const before = w.last();
  await w.pass(13_000);
  expect(before.closed).toBe(true);
  expect(w.states).toContain('lost');
});

test('a request that nobody answers is a broken connection sooner', async () => {
  const w = world();
  await w.enter();
  void w.link.ask({ type: 'hand.raise' });
  await w.pass(5_000);
  expect(w.states.at(-1)).toBe('lost');
});

test('waits double from 300 ms and stay below three seconds', async () => {
  const again: Entered<Ticket> = { ok: false, final: false, code: 'network', waitMs: 0 };
  const w = world([again, again, again, again, again, again]);
  w.link.start();
  await w.settle();
  await w.pass(299);
  expect(w.sockets).toHaveLength(0);
  await w.pass(300 + 600 + 1_200 + 2_000 + 2_000 + 2_000);
  expect(w.sockets).toHaveLength(1);
});

test('the time the server asked for is kept', async () => {
  const w = world([{ ok: false, final: false, code: 'too-many', waitMs: 20_000 }]);
  w.link.start();
  await w.settle();
  await w.pass(19_999);
  expect(w.sockets).toHaveLength(0);
  await w.pass(1);
  expect(w.sockets).toHaveLength(1);
});

test.each([4003, 4004, 4005])('close %i ends for good', async (code) => {
  const w = world();
  await w.enter();
  w.last().onclose?.({ code });
  await w.pass(60_000);
  expect(w.sockets).toHaveLength(1);
  expect(w.ends).toEqual([{ code, reason: 'closed' }]);
});

test('a final refusal at the door ends with its code', async () => {
  const w = world([{ ok: false, final: true, code: 'entrance-closed', waitMs: 0 }]);
  w.link.start();
  await w.settle();
  expect(w.ends).toEqual([{ code: 0, reason: 'entrance-closed' }]);
});

test('leaving says so; a page that goes away does not', async () => {
  const left = world();
  await left.enter();
  left.link.leave();
  expect(left.last().sent.at(-1)).toEqual({ type: 'leave' });
  const gone = world();
  await gone.enter();
  gone.link.goAway();
  expect(gone.last().closed).toBe(true);
  expect(gone.last().sent.map((sent) => sent['type'])).toEqual(['hello']);
});

test('when the network is back one does not wait', async () => {
  const w = world();
  await w.enter();
  w.last().onclose?.({ code: 1006 });
  w.link.hurry();
  await w.settle();
  expect(w.sockets).toHaveLength(2);
});

test('what cannot be read is ignored', async () => {
  const w = world();
  await w.enter();
  const count = w.heard.length;
  w.last().onmessage?.({ data: '{' });
  w.last().says({ type: 'poll.opened' });
  expect(w.heard).toHaveLength(count);
});
