// SPDX-License-Identifier: Apache-2.0
// The README, followed in a clean clone: its first command, the link it prints, a browser, connected.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { startChromium } from './lib/browsers.mjs';
import { connected, enter } from './lib/classroom.mjs';
import { freePort, ROOT, until } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

const BUILD_MS = 480_000;
const CONNECTED_MS = 60_000;

let dir, run, browser;
before(async () => { dir = await mkdtemp(path.join(os.tmpdir(), 'amphi-clone-')); });
after(async () => {
  await browser?.close();
  await stopSound();
  if (run && run.exitCode === null) {
    const ended = new Promise((done) => run.once('exit', done));
    process.kill(run.pid, 'SIGINT');
    await ended;
  }
  await rm(dir, { recursive: true, force: true });
});

test('a clean clone, scripts/run, a link, connected within 60 s of it', { timeout: BUILD_MS + 2 * CONNECTED_MS }, async () => {
  const clone = path.join(dir, 'amphi');
  execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  const port = await freePort();
  let said = '';
  run = spawn('scripts/run', [], {
    cwd: clone, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, AMPHI_LISTEN: `127.0.0.1:${port}`, AMPHI_MEDIA: `:${await freePort('udp')}` },
  });
  run.stdout.on('data', (d) => { said += d; });
  run.stderr.on('data', (d) => { said += d; });
  const links = await until('scripts/run prints its links', () => {
    if (run.exitCode !== null) throw new Error(`scripts/run ended with ${run.exitCode}:\n${said}`);
    const found = [...said.matchAll(/^ {2}(trainer|moderator|learner|room) +(http\S+)$/gm)];
    return found.length === 4 && Object.fromEntries(found.map((m) => [m[1], m[2]]));
  }, BUILD_MS, 250);
  const printed = Date.now();
  browser = await startChromium();
  const person = await browser.person({ id: 1 });
  await enter(person, links.trainer, 'Anne MARTIN');
  await connected(person, CONNECTED_MS);
  assert.ok(Date.now() - printed <= CONNECTED_MS, `connected ${Date.now() - printed} ms after the link was printed`);

  run.kill('SIGINT');
  await until('Ctrl-C ends it', () => run.exitCode !== null || run.signalCode !== null, 10_000);
});
