// SPDX-License-Identifier: Apache-2.0
// What people read: both catalogues have the same keys, French typography is kept, and words that promise what a
// connection record is not do not appear.
import { existsSync, readFileSync } from 'node:fs';

const DIR = 'client/web/src/text';
if (!existsSync(`${DIR}/fr.json`)) process.exit(0);

const flatten = (o, at = '') => Object.entries(o).flatMap(([k, v]) =>
  typeof v === 'string' ? [[`${at}${k}`, v]] : flatten(v, `${at}${k}.`));
const fr = flatten(JSON.parse(readFileSync(`${DIR}/fr.json`, 'utf8')));
const en = flatten(JSON.parse(readFileSync(`${DIR}/en.json`, 'utf8')));

const RULES = [
  [/[^\u202f][;?!](\s|$)/, 'a narrow no-break space (U+202F) before ; ? !'],
  [/[^\u00a0]:(\s|$)/, 'a no-break space (U+00A0) before :'],
  [/«[^\u00a0]|[^\u00a0]»/, 'no-break spaces (U+00A0) inside « »'],
  [/[·•]/, 'no middle dot: screen readers stumble on it'],
  [/!/, 'no exclamation mark'],
  [/'/, 'the apostrophe is ’'],
  [/\d+h\d*|\d h(?! \d| ?[^0-9a-z])/, 'hours as 9 h 04'],
  [/preuve légale|valeur juridique|émargement/i, 'not a word for a connection record'],
  [/\b(ICE|SFU|STUN|TURN|WebRTC|RTP)\b/, 'no jargon'],
];

const problems = [];
for (const [key, value] of fr) {
  const text = value.replace(/\{\{[^}]*\}\}/g, 'X').replace(/https?:\/\/\S+/g, 'X');
  for (const [pattern, why] of RULES) if (pattern.test(text)) problems.push(`fr.json ${key}: ${why}: ${value}`);
}
const plain = (list) => new Set(list.map(([k]) => k.replace(/_(zero|one|two|few|many|other)$/, '')));
for (const k of plain(fr)) if (!plain(en).has(k)) problems.push(`en.json lacks ${k}`);
for (const k of plain(en)) if (!plain(fr).has(k)) problems.push(`fr.json lacks ${k}`);

for (const p of problems) console.log(p);
process.exit(problems.length ? 1 : 0);
