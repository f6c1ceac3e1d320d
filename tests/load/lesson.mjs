// SPDX-License-Identifier: Apache-2.0
// A lesson of 30 synthetic people (node lesson.mjs [SECONDS [PEOPLE [PUBLISHERS]]]): nothing that reached the server may be
// lost, and after the first fifth of the time its memory may grow by at most 2 MB. Prints one JSON line.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT, Server } from '../e2e/lib/server.mjs';

const [seconds, people, publishers] = [600, 30, 6].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const SETTLE_SHARE = 0.2; // of ten minutes: two
const GROWTH_KB = 2048;
const load = process.env.AMPHI_LOAD ?? ['client/load/amphi-load', 'amphi-load'].map((p) => path.join(ROOT, 'build/release', p)).find(existsSync);

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const cpu = (pid) => {
  const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(f[11]) + Number(f[12])) / 100;
};

const server = await Server.start();
let problems = [];
try {
  const { tokens } = await server.createClass();
  const settle = Math.round(seconds * SETTLE_SHARE);
  const args = ['--url', server.url, '--trainer', tokens.trainer, '--learner', tokens.learner, '--peers', people, '--publishers', publishers,
    '--settle', settle, '--seconds', seconds - settle, '--pid', server.process.pid].map(String);
  const cpuBefore = cpu(server.process.pid);
  const began = Date.now();
  const child = spawn(load, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (d) => { said += d; });
  const code = await new Promise((done) => child.on('exit', done));
  const line = said.trim().split('\n').at(-1);
  const got = JSON.parse(line);
  const cores = (cpu(server.process.pid) - cpuBefore) / ((Date.now() - began) / 1000);
  if (code !== 0) problems.push(`amphi-load ended with ${code}`);
  if (got.joined !== people) problems.push(`${got.joined} of ${people} joined`);
  if (!(got.received > 0)) problems.push('nothing was received');
  if (got.lost !== 0) problems.push(`${got.lost} packets lost`);
  if (got.server_rss_end_kb - got.server_rss_start_kb > GROWTH_KB) problems.push(`memory grew by ${got.server_rss_end_kb - got.server_rss_start_kb} kB`);
  const dropped = (await server.metrics()).split('\n').filter((l) => /drop/.test(l) && !l.startsWith('#') && !/ 0$/.test(l));
  console.log(JSON.stringify({ ...got, server_cores: Number(cores.toFixed(2)), server_rss_now_kb: rss(server.process.pid), dropped, pass: problems.length === 0, problems }));
} finally {
  await server.stop();
}
process.exit(problems.length === 0 ? 0 : 1);
