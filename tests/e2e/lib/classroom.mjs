// SPDX-License-Identifier: Apache-2.0
// What people do in the class, by the names they read: every string comes from the client's own catalogues by key.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT, until } from './server.mjs';

const CONNECTED_MS = 40_000;
const catalogues = {};

export function text(key, values = {}, lang = 'fr') {
  catalogues[lang] ??= JSON.parse(readFileSync(path.join(ROOT, `client/web/src/text/${lang}.json`), 'utf8'));
  const found = catalogues[lang][key] ?? key.split('.').reduce((o, k) => o?.[k], catalogues[lang]);
  if (typeof found !== 'string') throw new Error(`${lang}.json has no ${key}`);
  return found.replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, k) => values[k] ?? '');
}

// Opens a link and waits for the page before the class.
export async function open(person, link, lang = 'fr') {
  await person.goto(link);
  await person.waitFor('button', text('prejoin.join', {}, lang));
}

export async function enter(person, link, name, { camera = false, microphone = false, lang = 'fr', room = false } = {}) {
  await open(person, link, lang);
  if (name) await person.fill('textbox', text('prejoin.name', {}, lang), name);
  if (camera) await turn(person, 'camera', true, lang);
  if (microphone) await turn(person, 'microphone', true, lang);
  await person.click('button', text('prejoin.join', {}, lang));
  // The device of a room has no line that says how it is connected, only what is wrong.
  if (room) await person.waitFor('button', text('bar.quit', {}, lang), CONNECTED_MS);
  else await connected(person, CONNECTED_MS, lang);
}

export const connected = (person, ms = CONNECTED_MS, lang = 'fr') => person.sees(text('top.connected', {}, lang), ms);

// After a reload: in again, by itself or through the page before the class.
export async function comeBack(person, lang = 'fr') {
  const join = text('prejoin.join', {}, lang);
  await until('the page is back', async () => {
    if ((await person.text()).includes(text('top.connected', {}, lang))) return true;
    if (await person.has('button', join)) await person.click('button', join, 2000).catch(() => {});
    return false;
  }, CONNECTED_MS);
}

// A toggle says its state by aria-pressed; this presses it only when it is not there yet.
export async function turn(person, device, on, lang = 'fr') {
  const name = text(`device.${device}`, {}, lang);
  await person.waitFor('button', name);
  const pressed = async () => (await person.attribute('button', name, 'aria-pressed')) === 'true';
  if (await pressed() !== on) await person.click('button', name);
  await until(`${device} ${on ? 'on' : 'off'}`, async () => await pressed() === on);
}

// Everyone of `people` sees and hears every other one, by content.
export async function allRecognised(people, { sound = true } = {}) {
  for (const receiver of people) {
    for (const sender of people) {
      if (receiver === sender) continue;
      await receiver.seesPerson(sender.id);
      await until(`the name ${sender.name} under the picture of ${sender.id}`, async () =>
        (await receiver.watch()).some((v) => v.id === sender.id && v.name.includes(sender.name)));
      if (sound) await receiver.hears(sender.id);
    }
  }
}
