// SPDX-License-Identifier: Apache-2.0
// A person without a browser: ticket, WebSocket, hello, and the messages that came.
import WebSocket from 'ws';

import { until } from './server.mjs';

export async function ticket(url, token, body = {}) {
  const answer = await fetch(`${url}/api/v1/tickets`, {
    method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json().catch(() => null) };
}

export class Link {
  static async join(url, token, name, { resume, personToken } = {}) {
    const got = await ticket(url, token, personToken ? { person_token: personToken } : { name });
    if (got.status !== 201) throw new Error(`ticket for ${name}: ${got.status} ${JSON.stringify(got.body)}`);
    const link = new Link();
    Object.assign(link, { name, person: got.body.person, personToken: got.body.person_token, messages: [], next: 1 });
    link.socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, 'amphi.v1', { origin: url });
    link.closed = new Promise((done) => link.socket.on('close', (code) => done(code)));
    link.socket.on('message', (data) => link.take(JSON.parse(data)));
    await new Promise((done, fail) => link.socket.once('open', done).once('error', fail));
    link.socket.send(JSON.stringify({ type: 'hello', ticket: got.body.ticket, form: 'desktop', ...(resume ? { resume } : {}) }));
    link.welcome = await link.wait((m) => m.type === 'welcome' || m.type === 'resumed');
    return link;
  }

  take(message) {
    this.messages.push(message);
    if (message.type === 'ping') this.socket.send(JSON.stringify({ type: 'pong', nonce: message.nonce }));
  }

  wait(wanted, ms = 30_000) {
    return until(`a message for ${this.name}`, () => this.messages.find(wanted), ms, 20).catch((e) => {
      throw new Error(`${e.message}\nlast messages: ${this.messages.slice(-10).map((m) => JSON.stringify(m)).join('\n')}`);
    });
  }

  // Sends a request and gives its one answer.
  async ask(type, fields = {}) {
    const id = this.next++;
    this.socket.send(JSON.stringify({ type, id, ...fields }));
    return this.wait((m) => m.id === id && (m.type === 'ok' || m.type === 'fault'));
  }

  close() {
    this.socket.terminate();
    return this.closed;
  }
}
