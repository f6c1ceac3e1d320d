// SPDX-License-Identifier: Apache-2.0
// The text catalogues: same keys in both languages, every key used, every used key there, French typography.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const src = new URL('../src', import.meta.url).pathname;
const read = (language) => JSON.parse(readFileSync(join(src, 'text', `${language}.json`), 'utf8'));

export const flatten = (tree, at = '') =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [[at + name, value]] : flatten(value, `${at}${name}.`),
  );

const sources = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [readFileSync(path, 'utf8')] : [];
  });

const plain = (key) => key.replace(/_(one|other|many)$/, '');

/** Keys stand in the code as whole literals 'a.b', or as `a.${…}` for a family. */
export const usesOf = (texts) => {
  const literal = new Set();
  const family = new Set();
  for (const text of texts) {
    for (const m of text.matchAll(/'([a-z-]+(?:\.[A-Za-z0-9-]+)+)'/g)) literal.add(m[1]);
    for (const m of text.matchAll(/`([a-z-]+\.[A-Za-z0-9.-]*)\$\{/g)) family.add(m[1]);
  }
  return { literal, family };
};

const NNBSP = '\u202f';
const NBSP = '\u00a0';
export const frenchFaults = (text) => {
  const faults = [];
  for (const m of text.matchAll(/(.?)([;?!])/gu)) if (m[1] !== NNBSP) faults.push(`narrow no-break space before ${m[2]}`);
  for (const m of text.matchAll(/(.?):/gu))
    if (m[1] !== NBSP && !/\d/.test(m[1] ?? '')) faults.push('no-break space before :');
  if (/«(?!\u00a0)/.test(text) || /(?<!\u00a0)»/.test(text)) faults.push('no-break space inside « »');
  if (text.includes('·')) faults.push('no middle dot');
  if (text.includes('!')) faults.push('no exclamation mark');
  return faults;
};

export const check = (fr, en, texts) => {
  const faults = [];
  const french = new Map(flatten(fr));
  const english = new Map(flatten(en));
  for (const key of french.keys()) if (!english.has(key)) faults.push(`${key}: not in en.json`);
  for (const key of english.keys()) if (!french.has(key)) faults.push(`${key}: not in fr.json`);
  const { literal, family } = usesOf(texts);
  const plains = new Set([...french.keys()].map(plain));
  const isUsed = (key) => literal.has(key) || [...family].some((prefix) => key.startsWith(prefix));
  for (const key of plains) if (!isUsed(key)) faults.push(`${key}: not used`);
  const roots = new Set([...plains].map((key) => key.split('.')[0]));
  for (const key of literal)
    if (roots.has(key.split('.')[0]) && !plains.has(key)) faults.push(`${key}: used and not in the catalogue`);
  for (const [key, text] of french) for (const fault of frenchFaults(text)) faults.push(`fr ${key}: ${fault}`);
  return faults;
};

if (process.argv[1]?.endsWith('catalogue.mjs')) {
  const faults = check(read('fr'), read('en'), sources(src));
  for (const fault of faults) console.error(fault);
  console.log(`catalogue: ${flatten(read('fr')).length} texts, ${faults.length} faults`);
  if (faults.length > 0) process.exit(1);
}
