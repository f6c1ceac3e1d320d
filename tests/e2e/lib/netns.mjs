// SPDX-License-Identifier: Apache-2.0
// A browser in a network namespace of its own, so that one person's network can be cut and nobody else's. The page is
// still served on 127.0.0.1 (a secure context, the right Origin): a forwarder inside carries it over the veth pair,
// and media takes the host's address on that pair. Needs root.
import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { keep } from './children.mjs';
import { until } from './server.mjs';

const FORWARD = path.join(path.dirname(fileURLToPath(import.meta.url)), 'forward.mjs');
const run = (...args) => execFileSync(args[0], args.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] }).toString();

export const mayIsolate = () => process.getuid() === 0;

export class Island {
  // port: where the server serves pages on the host's 127.0.0.1, and where the browser will find them inside.
  static async make(port) {
    const island = new Island();
    const mark = process.pid % 250;
    Object.assign(island, { name: `amphi${process.pid}`, host: `10.213.${mark}.1`, guest: `10.213.${mark}.2`, children: [] });
    island.dir = await mkdtemp(path.join(os.tmpdir(), 'amphi-island-'));
    const inside = (...args) => run('ip', 'netns', 'exec', island.name, ...args);
    run('ip', 'netns', 'add', island.name);
    run('ip', 'link', 'add', `v${process.pid}`, 'type', 'veth', 'peer', 'name', 'uplink', 'netns', island.name);
    run('ip', 'addr', 'add', `${island.host}/24`, 'dev', `v${process.pid}`);
    run('ip', 'link', 'set', `v${process.pid}`, 'up');
    inside('ip', 'addr', 'add', `${island.guest}/24`, 'dev', 'uplink');
    inside('ip', 'link', 'set', 'uplink', 'up');
    inside('ip', 'link', 'set', 'lo', 'up');

    island.door = net.createServer((a) => pipe(a, net.connect(port, '127.0.0.1')));
    await new Promise((done, fail) => island.door.once('error', fail).listen(0, island.host, done));
    island.child('node', FORWARD, String(port), island.host, String(island.door.address().port));
    await until('the forwarder listens', () => inside('ss', '-Hltn', `sport = :${port}`) !== '', 20_000, 50);

    island.chromium = path.join(island.dir, 'chromium');
    await writeFile(island.chromium, `#!/bin/sh\nexec ip netns exec ${island.name} /usr/bin/chromium "$@"\n`);
    await chmod(island.chromium, 0o755);
    return island;
  }

  child(...args) {
    this.children.push(keep(spawn('ip', ['netns', 'exec', this.name, ...args], { stdio: 'ignore' })));
  }

  // A black hole, not a pulled plug: nothing tells the browser, it must notice by itself.
  cut() {
    run('ip', 'netns', 'exec', this.name, 'nft', 'add table inet cut; add chain inet cut in { type filter hook input priority 0 ; }; '
      + 'add chain inet cut out { type filter hook output priority 0 ; }; add rule inet cut in iifname uplink drop; add rule inet cut out oifname uplink drop');
  }

  mend() { run('ip', 'netns', 'exec', this.name, 'nft', 'delete table inet cut'); }

  async remove() {
    for (const c of this.children) c.kill('SIGTERM');
    this.door.close();
    run('ip', 'netns', 'del', this.name);
    await rm(this.dir, { recursive: true, force: true });
  }
}

function pipe(a, b) {
  a.pipe(b).pipe(a);
  const end = () => { a.destroy(); b.destroy(); };
  for (const s of [a, b]) s.on('error', end).on('close', end);
}
