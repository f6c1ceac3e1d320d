// SPDX-License-Identifier: Apache-2.0
// Measures files and functions and fails beyond the gates. Function bodies are found by the layout that clang-format
// enforces: a lone brace in column 0 opens and closes one. Nesting and parameters are clang-tidy's part.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const GATES = { c: { file: 600, function: 100 }, ts: { file: 250 } };
const GROUPS = [
  ['sfu/base', /^sfu\/base\/.*\.c$/], ['sfu/wire', /^sfu\/wire\/.*\.c$/], ['sfu/core', /^sfu\/core\/.*\.c$/],
  ['sfu/adapt', /^sfu\/adapt\/.*\.c$/], ['sfu/io', /^sfu\/io\/.*\.c$/], ['signaling', /^signaling\/.*\.c$/],
  ['client/load', /^client\/load\/.*\.c$/], ['all C', /^(sfu|signaling|recordings|client)\/.*\.c$/],
  ['tests (C)', /^tests\/.*\.c$/], ['client/web', /^client\/web\/src\/.*\.tsx?$/],
];

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.c', '*.h', '*.ts', '*.tsx'], { encoding: 'utf8' })
  .split('\n').filter((f) => f !== '' && existsSync(f));

function functionsOf(lines) {
  const found = [];
  let open = -1;
  lines.forEach((line, i) => {
    if (line === '{') open = i;
    else if (line === '}' && open >= 0) {
      found.push({ line: open, length: i - open + 1 });
      open = -1;
    }
  });
  return found;
}

const problems = [];
const measured = files.map((file) => {
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const length = text.endsWith('\n') ? lines.length - 1 : lines.length;
  const isC = /\.[ch]$/.test(file);
  const functions = file.endsWith('.c') ? functionsOf(lines) : [];
  const gate = isC ? GATES.c : GATES.ts;
  if (length > gate.file && (isC || file.startsWith('client/web/src/'))) problems.push(`${file}: ${length} lines, at most ${gate.file}`);
  for (const f of functions) {
    if (f.length > gate.function && !lines.slice(Math.max(0, f.line - 6), f.line + 1).some((l) => /NOLINT\(readability-function-size\): ./.test(l)))
      problems.push(`${file}:${f.line}: function of ${f.length} lines, at most ${gate.function}`);
  }
  const rfc = (text.match(/RFC [0-9]+ §/g) ?? []).length;
  return { file, length, functions: functions.map((f) => f.length), rfc };
});

const quantile = (sorted, q) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] : 0);
const row = (name, cells) => name.padEnd(14) + cells.map((c) => String(c).padStart(8)).join('');

if (problems.length === 0) {
  console.log('figures (lines)');
  console.log(row('', ['files', 'median', 'p90', 'max', 'fn', 'median', 'p90', 'p99', 'max', 'RFC/k']));
  for (const [name, pattern] of GROUPS) {
    const group = measured.filter((m) => pattern.test(m.file));
    if (group.length === 0) continue;
    const fileSizes = group.map((m) => m.length).sort((a, b) => a - b);
    const fns = group.flatMap((m) => m.functions).sort((a, b) => a - b);
    const total = fileSizes.reduce((a, b) => a + b, 0);
    const cites = group.reduce((a, m) => a + m.rfc, 0);
    console.log(row(name, [group.length, quantile(fileSizes, 0.5), quantile(fileSizes, 0.9), fileSizes.at(-1), fns.length,
      quantile(fns, 0.5), quantile(fns, 0.9), quantile(fns, 0.99), fns.at(-1) ?? 0, ((cites * 1000) / total).toFixed(1)]));
  }
}
for (const p of problems) console.log(p);
process.exit(problems.length ? 1 : 0);
