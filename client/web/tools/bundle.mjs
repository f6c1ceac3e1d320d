// SPDX-License-Identifier: Apache-2.0
// Prints what a browser downloads, compressed, and fails above the limit.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 250;
const dist = new URL('../dist', import.meta.url).pathname;
const filesOf = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesOf(path) : [path];
  });

let total = 0;
for (const path of filesOf(dist)) {
  const kb = gzipSync(readFileSync(path), { level: 9 }).length / 1000;
  total += kb;
  console.log(`${kb.toFixed(1).padStart(7)} kB  ${path.slice(dist.length + 1)}`);
}
console.log(`${total.toFixed(1).padStart(7)} kB  compressed in all, limit ${LIMIT_KB} kB`);
if (/<(style|script)(?![^>]*\bsrc=)[^>]*>/.test(readFileSync(join(dist, 'index.html'), 'utf8'))) {
  console.error('index.html holds an inline script or style: the CSP would refuse it');
  process.exit(1);
}
if (total > LIMIT_KB) process.exit(1);
