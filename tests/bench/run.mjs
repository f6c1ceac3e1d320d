// SPDX-License-Identifier: Apache-2.0
// Alternating rounds of this machine's own limit and of the server under load (node run.mjs [ROUNDS [SECONDS [SCENARIO…]]]): the
// server on core 0, the generator on core 1. One JSON line a measurement, then a table with min, median and max. Not a test.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 8);
const build = process.env.AMPHI_BUILD ?? path.join(import.meta.dirname, '../../build/release');
const bin = (name) => path.join(build, name);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const VIEWERS = ['--kbps', '1500', '--decrypt-sample', '16'];
const scenarios = {
  'viewers': { peers: 200, classes: 1, publishers: 1, args: VIEWERS },
  'viewers, libwebrtc sizes': { peers: 200, classes: 1, publishers: 1, args: [...VIEWERS, '--uneven'] },
  'mesh 10 x 10': { peers: 10, classes: 1, publishers: 10, args: ['--kbps', '1500', '--decrypt-sample', '4'] },
  'audio to 300': { peers: 302, classes: 2, publishers: 1, args: ['--audio-only', '--decrypt-sample', '4'] },
  'idle-30': { peers: 30, classes: 1, publishers: 1, args: [...VIEWERS] },
  'capacity 400': { peers: 400, classes: 2, publishers: 1, args: VIEWERS },
  'capacity 600': { peers: 600, classes: 3, publishers: 1, args: VIEWERS },
  'capacity 800': { peers: 800, classes: 4, publishers: 1, args: VIEWERS },
  'saturation': { peers: 800, classes: 4, publishers: 1, args: ['--kbps', '7000', '--decrypt-sample', '64'] },
};
const chosen = process.argv.length > 4 ? process.argv.slice(4) : Object.keys(scenarios);

async function start(port) {
  const data = path.join(mkdtempSync(path.join(os.tmpdir(), 'amphi-bench-')), 'data');
  const child = spawn('taskset', ['-c', '0', bin('amphi'), '--data', data, '--listen', `127.0.0.1:${port}`, '--media', `0.0.0.0:${port}`],
    { stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    await sleep(50);
    const alive = await fetch(`http://127.0.0.1:${port}/healthz`).then((r) => r.ok, () => false);
    if (alive && existsSync(path.join(data, 'admin.key'))) return { child, port, data, key: readFileSync(path.join(data, 'admin.key'), 'utf8').trim() };
  }
  throw new Error('the server does not start');
}

async function stop({ child, data }) {
  const gone = new Promise((done) => child.on('exit', done));
  child.kill();
  await gone;
  rmSync(path.dirname(data), { recursive: true, force: true });
}

async function addClass({ port, key }) {
  const now = Date.now();
  const iso = (t) => `${new Date(t).toISOString().slice(0, 19)}+00:00`;
  const body = { title: 'Mesure', time_zone: 'Etc/UTC', periods: [{ from: iso(now - 6e4), to: iso(now + 36e5) }] };
  const headers = { 'Authorization': `Bearer ${key}`, 'Content-Type': 'application/json' };
  const r = await fetch(`http://127.0.0.1:${port}/api/v1/classes`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!r.ok) throw new Error(`class refused: ${r.status} ${await r.text()}`);
  return (await r.json()).tokens;
}

async function load(s, server) {
  const tokens = [];
  for (let i = 0; i < s.classes; i++) tokens.push(await addClass(server));
  const args = ['-c', '1', bin('amphi-load'), '--url', `http://127.0.0.1:${server.port}`, '--trainer', tokens.map((t) => t.trainer).join(),
    '--learner', tokens.map((t) => t.learner).join(), '--peers', s.peers, '--publishers', s.publishers, '--settle', 2, '--seconds', seconds,
    '--pid', server.child.pid, ...s.args].map(String);
  const child = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (d) => { said += d; });
  await new Promise((done) => child.on('exit', done));
  return JSON.parse(said.trim().split('\n').at(-1));
}

async function measure(name, port) {
  const server = await start(port);
  try {
    const before = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]);
    const got = await load(scenarios[name], server);
    return { us: got.server_cpu_s * 1e6 / got.received, loss: 100 * got.lost / Math.max(1, got.expected), audio_lost: got.audio_lost,
      p50: got.latency_ms_p50, p99: got.latency_ms_p99, core: 100 * got.server_cpu_s / seconds, load_core: 100 * got.load_cpu_s / seconds,
      kb: (got.server_rss_start_kb - before) / got.peers, join_ms: got.join_ms_all, packets: got.received / seconds };
  } finally {
    await stop(server);
  }
}

const limit = () => Object.fromEntries(execFileSync('taskset', ['-c', '0', bin('limit_bench'), '60000'], { encoding: 'utf8' })
  .trim().split('\n').map((l) => JSON.parse(l)).map(({ what, ns }) => [what, ns / 1000]));

const spread = (values) => {
  const v = values.filter(Number.isFinite).sort((a, b) => a - b);
  return v.length === 0 ? '–' : [v[0], v[v.length >> 1], v.at(-1)].map((x) => x.toFixed(2)).join(' / ');
};

const all = [];
for (let round = 0; round < rounds; round++) {
  const machine = limit();
  console.log(JSON.stringify({ round, load: os.loadavg()[0], machine }));
  for (const name of chosen) {
    const got = await measure(name, 20000 + Math.floor(Math.random() * 20000)).catch((e) => ({ failed: String(e) }));
    const against = name.startsWith('audio') ? machine['sendmmsg 112 to 300'] : machine['segments-4 1200'];
    all.push({ name, machine, ratio: got.us / against, ...got });
    console.log(JSON.stringify({ round, name, ratio: got.us / against, ...got }));
  }
}

console.log('\nmin / median / max over', rounds, 'rounds');
for (const what of Object.keys(all[0].machine)) console.log(`machine, µs: ${what}: ${spread(all.filter((x) => x.name === chosen[0]).map((x) => x.machine[what]))}`);
for (const name of chosen) {
  const mine = all.filter((x) => x.name === name);
  console.log(`\n${name}: ${mine.filter((x) => x.failed).length} failed`);
  for (const key of ['us', 'ratio', 'loss', 'audio_lost', 'p50', 'p99', 'core', 'load_core', 'packets', 'kb', 'join_ms'])
    console.log(`  ${key}: ${spread(mine.map((x) => x[key]))}`);
}
