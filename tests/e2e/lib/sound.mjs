// SPDX-License-Identifier: Apache-2.0
// A sound server with one silent output. Without any, Firefox hears nothing in Web Audio and may even end.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { keep } from './children.mjs';
import { until } from './server.mjs';

let running = null;

// Two browsers may start at once and share it.
export async function startSound() {
  running ??= start();
  return (await running).env;
}

async function start() {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'amphi-sound-'));
  const socket = path.join(dir, 'native');
  const child = keep(spawn('pulseaudio', ['-n', '--daemonize=no', '--exit-idle-time=-1', '--disable-shm=1', '-L', 'module-null-sink sink_name=silent rate=48000',
    '-L', `module-native-protocol-unix auth-anonymous=1 socket=${socket}`],
  { env: { ...process.env, HOME: dir, XDG_RUNTIME_DIR: dir }, stdio: 'ignore' }));
  await until('the sound server is up', () => existsSync(socket), 20_000, 50);
  return { child, dir, env: { PULSE_SERVER: `unix:${socket}` } };
}

export async function stopSound() {
  if (!running) return;
  const { child, dir } = await running;
  running = null;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
  await rm(dir, { recursive: true, force: true });
}
