// SPDX-License-Identifier: Apache-2.0
// Every page for everyone: axe in both languages, each view by keyboard alone, what a screen reader finds on a page
// (compared with tests/e2e/snapshots, renewed by UPDATE_SNAPSHOTS=1), and what it is told without asking.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { AxeBuilder } from '@axe-core/playwright';

import { startChromium } from './lib/browsers.mjs';
import { connected, enter, open, text, turn } from './lib/classroom.mjs';
import { Link } from './lib/link.mjs';
import { ROOT, Server, until } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

const SNAPSHOTS = path.join(ROOT, 'tests/e2e/snapshots');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PHONE = { width: 360, height: 740 };

let server, chromium;
before(async () => {
  server = await Server.start({ config: '[organisation]\nname=Centre de formation\ncontact=donnees@example.org' });
  chromium = await startChromium();
});
after(async () => {
  await chromium?.close();
  await stopSound();
  await server?.stop();
});

async function axe(person, where) {
  const { violations } = await new AxeBuilder({ page: person.page }).withTags(TAGS).analyze();
  const said = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target} ${n.failureSummary.replace(/\n/g, ' ')}`).join('\n  ')}`);
  assert.deepEqual(said, [], `axe at ${where}`);
  const wide = await person.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${where} scrolls sideways by ${wide} px`);
}

async function snapshot(person, name) {
  const tree = (await person.page.locator('body').ariaSnapshot())
    // What live regions still hold depends on the second; the log test reads them.
    .replace(/^- (status|alert):\n(?: {2}.*\n?)+/gm, '- $1\n').trimEnd()
    .replace(/\d{1,2} h \d{2}|\d{1,2}:\d{2}/g, 'HEURE')
    .replace(/(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) \d+(er)? \S+ \d{4}/g, 'DATE');
  const file = path.join(SNAPSHOTS, `${name}.txt`);
  if (process.env.UPDATE_SNAPSHOTS === '1' || !existsSync(file)) {
    await mkdir(SNAPSHOTS, { recursive: true });
    await writeFile(file, `${tree}\n`);
    if (process.env.UPDATE_SNAPSHOTS !== '1') assert.fail(`${file} was missing and is written now: read it and commit it`);
    return;
  }
  assert.equal(`${tree}\n`, await readFile(file, 'utf8'), `what a screen reader finds at ${name}`);
}

for (const [lang, locale] of [['fr', 'fr-FR'], ['en', 'en-GB']]) {
  for (const [form, viewport] of [['desktop', undefined], ['phone', PHONE]]) {
    test(`axe finds nothing on any page: ${lang}, ${form}`, { timeout: 240_000 }, async () => {
      const lesson = await server.createClass();
      for (const role of ['trainer', 'learner', 'room']) {
        const p = await chromium.person({ id: 1, locale, viewport });
        await open(p, lesson.links[role], lang);
        await axe(p, `${role}: before the class`);
        await turn(p, 'camera', true, lang);
        await axe(p, `${role}: before the class, camera on`);
        await turn(p, 'camera', false, lang);
        await enter(p, lesson.links[role], `Personne ${role}`, { lang, room: role === 'room' });
        await axe(p, `${role}: the class`);
        await p.screenshot(`${role}_${lang}_${form}`);
        if (role === 'learner') {
          await p.click('button', text('bar.quit', {}, lang));
          await p.sees(text('over.left.title', {}, lang));
          await axe(p, 'after leaving');
        }
        await p.close();
      }
      const lost = await chromium.person({ locale, viewport });
      await lost.goto(`${server.url}/join#nothing`);
      await lost.sees(text('over.unauthorized.title', {}, lang));
      await axe(lost, 'a wrong link');
      await lost.close();
    });
  }
}

// Presses Tab until the control with this role and name has the focus, and checks that the focus can be seen.
async function tabTo(person, name, most = 60) {
  for (let i = 0; i < most; i++) {
    const now = await person.evaluate(() => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      return {
        name: (e.getAttribute('aria-label') ?? (e.labels?.length ? e.labels[0].textContent : e.textContent) ?? '').replace(/\s+/g, ' ').trim(),
        shown: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      };
    });
    if (now.name === name || (name instanceof RegExp && name.test(now.name))) {
      assert.ok(now.shown, `the focus on "${now.name}" can be seen`);
      assert.ok(now.inside, `"${now.name}" is inside the window`);
      return;
    }
    await person.press('Tab');
  }
  assert.fail(`Tab never reached "${name}"`);
}

test('by keyboard alone: join, write, raise a hand, camera, leave', { timeout: 120_000 }, async () => {
  const lesson = await server.createClass();
  const trainer = await Link.join(server.url, lesson.tokens.trainer, 'Anne MARTIN');
  const p = await chromium.person({ id: 2 });
  await p.goto(lesson.links.learner);
  await p.waitFor('button', text('prejoin.join'));
  await tabTo(p, text('device.camera'));
  await p.press('Space');
  await p.sees(text('device.camera-on'));
  await tabTo(p, text('prejoin.name'));
  await p.type('Karim DIALLO');
  await p.press('Enter');
  await connected(p);
  assert.equal(await p.evaluate(() => document.activeElement.id), 'title', 'the class begins at its title');

  await tabTo(p, text('skip.messages'));
  await p.press('Enter');
  await tabTo(p, text('messages.write'));
  await p.type('Bonjour à tous');
  await p.press('Enter');
  const got = await trainer.wait((m) => m.type === 'message.added');
  assert.equal(got.message.text, 'Bonjour à tous');

  await tabTo(p, text('bar.hand'));
  await p.press('Space');
  await trainer.wait((m) => m.type === 'hand.raised');
  await until('the button says so', async () => (await p.attribute('button', text('bar.hand'), 'aria-pressed')) === 'true');
  await p.press('Space');
  await trainer.wait((m) => m.type === 'hand.lowered');

  await tabTo(p, text('bar.quit'));
  await p.press('Enter');
  await p.sees(text('over.left.title'));
  await trainer.wait((m) => m.type === 'person.left');
  await p.close();
  await trainer.close();
});

test('what a screen reader finds on each page', { timeout: 150_000 }, async () => {
  const lesson = await server.createClass();
  const trainer = await Link.join(server.url, lesson.tokens.trainer, 'Anne MARTIN');
  const learner = await chromium.person({ id: 3 });
  await open(learner, lesson.links.learner);
  await snapshot(learner, 'before_the_class');
  await enter(learner, lesson.links.learner, 'Lucie PETIT');
  await trainer.ask('message.send', { key: 'k1', text: 'Bonjour', to: 'all' });
  await learner.click('tab', new RegExp(text('panel.messages')));
  await learner.sees('Bonjour');
  await snapshot(learner, 'class_learner');
  await learner.click('button', text('bar.quit'));
  await learner.sees(text('over.left.title'));
  await snapshot(learner, 'after_the_class');
  await learner.close();
  await trainer.close();
});

test('a message, a hand and a removal are told without asking', { timeout: 120_000 }, async () => {
  const lesson = await server.createClass();
  const trainer = await chromium.person({ id: 4 });
  await enter(trainer, lesson.links.trainer, 'Anne MARTIN');
  const learner = await chromium.person({ id: 5 });
  await enter(learner, lesson.links.learner, 'Lucie PETIT');
  const karim = await Link.join(server.url, lesson.tokens.learner, 'Karim DIALLO');
  const told = (page, pattern, how) => until(`told: ${pattern}`, async () => {
    const said = await page.spoken();
    const one = said.find((s) => pattern.test(s.text) && s.how === how);
    if (!one) throw new Error(JSON.stringify(said.slice(-8)));
    return one;
  });
  await karim.ask('message.send', { key: 'k2', text: 'Où est le support ?', to: 'all' });
  await told(trainer, /Karim DIALLO.*Où est le support/s, 'polite');
  await karim.ask('hand.raise');
  await told(trainer, /Karim DIALLO/, 'polite');
  await trainer.waitFor('button', text('bar.hand'));
  await learner.waitFor('button', text('bar.hand'));
  await learner.click('button', text('bar.hand'));
  await told(trainer, /Lucie PETIT/, 'polite');
  const me = (await server.admin('GET', `/classes/${lesson.id}/people`)).body.people.find((x) => x.name === 'Karim DIALLO').person;
  await karim.close();
  const moderator = await Link.join(server.url, lesson.tokens.moderator, 'Paul ADAM');
  await moderator.ask('person.remove', { person: me });
  await told(trainer, /Karim DIALLO/, 'polite');
  const lucie = (await server.admin('GET', `/classes/${lesson.id}/people`)).body.people.find((x) => x.name === 'Lucie PETIT').person;
  await moderator.ask('person.remove', { person: lucie });
  await learner.sees(text('over.removed.title'));
  assert.equal(await learner.evaluate(() => document.activeElement?.id), 'title', 'the person removed is brought to the sentence that says so');
  await moderator.close();
});
