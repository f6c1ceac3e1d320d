// SPDX-License-Identifier: Apache-2.0
// The real server, alone on free loopback ports with a data directory of its own, and its REST interface.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { keep, tellOnFailure } from './children.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const OUT = path.join(ROOT, 'tests/e2e/out');
const BIN = process.env.AMPHI_BIN ?? path.join(ROOT, 'build/release/amphi');
const START_MS = 30_000;
const LOG_LINES = 40;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Asks again until `ask` gives something true; the last error or answer says why it never did.
export async function until(what, ask, ms = 30_000, every = 200) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`);
    await sleep(every);
  }
}

export async function freePort(kind = 'tcp') {
  if (kind === 'udp') {
    const s = dgram.createSocket('udp4');
    await new Promise((done, fail) => s.once('error', fail).bind(0, done));
    const { port } = s.address();
    await new Promise((done) => s.close(done));
    return port;
  }
  const s = net.createServer();
  await new Promise((done, fail) => s.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = s.address();
  await new Promise((done) => s.close(done));
  return port;
}

export class Server {
  static async start({ port, config = '' } = {}) {
    if (!existsSync(BIN)) throw new Error(`${BIN} is not built (AMPHI_BIN names another)`);
    const s = new Server();
    s.dir = await mkdtemp(path.join(os.tmpdir(), 'amphi-e2e-'));
    s.port = port ?? await freePort();
    s.media = await freePort('udp');
    s.url = `http://127.0.0.1:${s.port}`;
    s.extra = config;
    tellOnFailure(() => `the last lines of the server:\n${s.log.split('\n').slice(-LOG_LINES).join('\n')}`);
    await s.launch();
    return s;
  }

  // Starts the process on the directory and ports of before: used again after stop() or kill().
  async launch() {
    const file = path.join(this.dir, 'amphi.conf');
    await writeFile(file, `[server]\nclient_dir=${ROOT}/client/web/dist\n${this.extra}\n`);
    const args = ['--config', file, '--data', path.join(this.dir, 'data'), '--listen', `127.0.0.1:${this.port}`, '--media', `0.0.0.0:${this.media}`];
    this.log = '';
    this.process = keep(spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    const note = (chunk) => { this.log += chunk; };
    this.process.stdout.on('data', note);
    this.process.stderr.on('data', note);
    this.ended = new Promise((done) => { this.process.on('exit', (code, signal) => done({ code, signal })); });
    let gone = false;
    this.ended.then(() => { gone = true; });
    await until('the server answers', async () => {
      if (gone) throw new Error(`the server ended:\n${this.log}`);
      return (await fetch(`${this.url}/healthz`)).ok;
    }, START_MS, 50);
    this.key = (await readFile(path.join(this.dir, 'data', 'admin.key'), 'utf8')).trim();
  }

  async admin(method, where, body) {
    const headers = { Authorization: `Bearer ${this.key}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const answer = await fetch(`${this.url}/api/v1${where}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }

  async createClass(more = {}) {
    const from = new Date(Date.now() - 600_000).toISOString();
    const to = new Date(Date.now() + 3 * 3600_000).toISOString();
    const { status, body } = await this.admin('POST', '/classes', { title: 'Accueillir le public', time_zone: 'Europe/Paris', periods: [{ from, to }], ...more });
    if (status !== 201) throw new Error(`POST /classes answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  async metrics() {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  async signal(name, ms = 20_000) {
    this.process.kill(name);
    let timer;
    const late = new Promise((done) => { timer = setTimeout(done, ms, null); });
    const end = await Promise.race([this.ended, late]);
    clearTimeout(timer); // a waiting one would hold the whole test file for as long
    if (end === null) {
      this.process.kill('SIGKILL');
      throw new Error(`the server did not end within ${ms} ms of ${name}`);
    }
    return end;
  }

  async stop() {
    const end = this.process.exitCode === null && this.process.signalCode === null ? await this.signal('SIGTERM') : await this.ended;
    await rm(this.dir, { recursive: true, force: true });
    return end;
  }
}
