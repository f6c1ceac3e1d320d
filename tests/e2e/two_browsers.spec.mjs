// SPDX-License-Identifier: Apache-2.0
// The main job on real input: real Chromium and real Firefox in one class. Who is seen and heard is recognised by content,
// a pattern and a tone of each person's own, never by a flag of the page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startChromium, startFirefox } from './lib/browsers.mjs';
import { allRecognised, comeBack, connected, enter, text, turn } from './lib/classroom.mjs';
import { Link } from './lib/link.mjs';
import { Island, mayIsolate } from './lib/netns.mjs';
import { Server, sleep } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

const SCREEN = 9;
const SLIDES = 'Diapositives';
const CUT_MS = 20_000;
const OPEN = { policy: { microphone: 'open', camera: 'open' } };

let server, lesson, chromium, firefox, anne, karim, lucie;

const asPerson = (page, id, name) => Object.assign(page, { id, name });

before(async () => {
  server = await Server.start();
  lesson = await server.createClass(OPEN);
  chromium = await startChromium({ fakeDevices: true, flags: [`--auto-select-tab-capture-source-by-title=${SLIDES}`] });
  firefox = await startFirefox();
  anne = asPerson(await chromium.person({ id: 1 }), 1, 'Anne MARTIN');
  karim = asPerson(await firefox.person({ id: 2 }), 2, 'Karim DIALLO');
  lucie = asPerson(await chromium.person({ id: 3 }), 3, 'Lucie PETIT');
});
after(async () => {
  await chromium?.close();
  await firefox?.close();
  await stopSound();
  await server?.stop();
});

const peopleNow = async () => (await server.admin('GET', `/classes/${lesson.id}/people`)).body.people;

async function writes(person, words) {
  await person.click('tab', new RegExp(text('panel.messages')));
  await person.fill('textbox', text('messages.write'), words);
  await person.click('button', text('messages.send'));
}

test('each one sees and hears every other, in both browsers', { timeout: 180_000 }, async () => {
  await enter(anne, lesson.links.trainer, anne.name, { camera: true, microphone: true });
  await enter(karim, lesson.links.learner, karim.name, { camera: true, microphone: true });
  await enter(lucie, lesson.links.learner, lucie.name, { camera: true, microphone: true });
  await allRecognised([anne, karim, lucie]);
  await anne.screenshot('three_people_chromium');
  await karim.screenshot('three_people_firefox');
  for (const one of [anne, karim, lucie]) assert.ok(!(await one.hear()).some((t) => t.id === one.id), `${one.name} does not hear themselves`);
});

test('two people of Firefox see and hear each other', { timeout: 180_000 }, async () => {
  const other = await server.createClass(OPEN);
  const marie = asPerson(await firefox.person({ id: 4 }), 4, 'Marie ROUX');
  const paul = asPerson(await firefox.person({ id: 5 }), 5, 'Paul ADAM');
  await enter(marie, other.links.trainer, marie.name, { camera: true, microphone: true });
  await enter(paul, other.links.learner, paul.name, { camera: true, microphone: true });
  await allRecognised([marie, paul]);
  await marie.close();
  await paul.close();
});

test('a message is read by everyone, in both browsers', { timeout: 180_000 }, async () => {
  await writes(karim, 'Où est le support ?');
  await anne.click('tab', new RegExp(text('panel.messages')));
  await lucie.click('tab', new RegExp(text('panel.messages')));
  for (const one of [anne, karim, lucie]) await one.sees('Où est le support ?');
});

test('a tab shared from Chromium is recognised in both, picture and sound', { timeout: 150_000 }, async (t) => {
  const slides = await anne.context.newPage();
  t.after(() => slides.close());
  await slides.goto(`${server.url}/healthz`);
  await slides.evaluate(([title, id]) => {
    document.title = title;
    document.body.replaceChildren();
    window.amphiProbe.beScreen(id);
  }, [SLIDES, SCREEN]);
  await anne.page.bringToFront();
  await anne.click('button', text('device.screen'));
  for (const one of [karim, lucie]) {
    await one.seesPerson(SCREEN);
    await one.hears(SCREEN);
  }
  await karim.screenshot('screen_firefox');
  await anne.click('button', text('device.screen'));
  for (const one of [karim, lucie]) await one.seesNothingOf(SCREEN);
});

test('mute is silence, and the sound comes back', { timeout: 150_000 }, async () => {
  for (const [who, others] of [[anne, [karim, lucie]], [karim, [anne, lucie]]]) {
    await turn(who, 'microphone', false);
    for (const one of others) await one.hearsNothingOf(who.id);
    await turn(who, 'microphone', true);
    for (const one of others) await one.hears(who.id);
  }
});

test('a reload is the same person, and no message is lost', { timeout: 180_000 }, async () => {
  for (const who of [lucie, karim]) {
    const before = await peopleNow();
    const reloaded = who.reload();
    await writes(anne, `Pendant le rechargement de ${who.name}`);
    await reloaded;
    await comeBack(who);
    await who.click('tab', new RegExp(text('panel.messages')));
    await who.sees('Où est le support ?');
    await who.sees(`Pendant le rechargement de ${who.name}`);
    await who.seesPerson(anne.id);
    await who.hears(anne.id);
    assert.deepEqual((await peopleNow()).map((p) => [p.person, p.name]), before.map((p) => [p.person, p.name]), 'no second person, no ghost');
  }
});

test('a network cut of 20 s resumes the same person with no lost message', { timeout: 150_000, skip: mayIsolate() ? false : 'needs root for a network namespace' }, async (t) => {
  const island = await Island.make(server.port);
  t.after(() => island.remove());
  const apart = await startChromium({ executablePath: island.chromium });
  t.after(() => apart.close());
  const emma = asPerson(await apart.person({ id: 6 }), 6, 'Emma BLANC');
  await enter(emma, lesson.links.learner, emma.name, { microphone: true });
  await emma.hears(anne.id);
  await anne.hears(emma.id);
  await emma.click('tab', new RegExp(text('panel.messages')));
  const before = await peopleNow();

  island.cut();
  const cut = Date.now();
  await writes(anne, 'Pendant la coupure 1');
  await emma.sees(text('trouble.connection-lost'), CUT_MS);
  await sleep(Math.max(0, CUT_MS / 2 - (Date.now() - cut)));
  await writes(anne, 'Pendant la coupure 2');
  await writes(emma, 'Écrit pendant la coupure');
  await sleep(Math.max(0, CUT_MS - (Date.now() - cut)));
  island.mend();
  const mended = Date.now();

  await connected(emma, 30_000);
  for (const words of ['Pendant la coupure 1', 'Pendant la coupure 2', 'Écrit pendant la coupure']) {
    await emma.sees(words);
    await anne.sees(words);
    assert.equal((await emma.text()).split(words).length - 1, 1, `"${words}" stands there once`);
  }
  await emma.hears(anne.id);
  await anne.hears(emma.id);
  t.diagnostic(`heard again ${Date.now() - mended} ms after the network was back`);
  assert.deepEqual((await peopleNow()).map((p) => [p.person, p.name, p.present]), before.map((p) => [p.person, p.name, p.present]));
});

test('removing a person stops their media and their link', { timeout: 150_000 }, async () => {
  await anne.click('tab', new RegExp(text('panel.people')));
  await anne.click('button', text('who.actions', { name: karim.name }));
  await anne.click('menuitem', text('who.remove'));
  await anne.click('button', text('confirm.remove-yes'));
  await karim.sees(text('over.removed.title'));
  for (const one of [anne, lucie]) {
    await one.seesNothingOf(karim.id);
    await one.hearsNothingOf(karim.id);
  }
  assert.equal(await karim.evaluate(() => window.amphiProbe.connections.every((c) => c.connectionState === 'closed')), true, 'no connection is left open');
  await karim.goto('about:blank');
  await karim.goto(lesson.links.learner);
  // Whether the door says it at once or when one knocks: this browser does not come in again.
  const refused = karim.sees(text('over.removed.title'));
  const knocks = karim.waitFor('button', text('prejoin.join'), 10_000).then(() => karim.click('button', text('prejoin.join')), () => {});
  await Promise.all([refused, knocks]);
});

test('a removed person token is refused at the door', async () => {
  const guest = await Link.join(server.url, lesson.tokens.learner, 'Zoé NOIR');
  const trainer = await Link.join(server.url, lesson.tokens.trainer, 'Jean BRUN');
  assert.equal((await trainer.ask('person.remove', { person: guest.person })).type, 'ok');
  assert.equal(await guest.closed, 4003);
  await assert.rejects(Link.join(server.url, guest.personToken, 'Zoé NOIR', { personToken: guest.personToken }), /403/);
  await trainer.close();
});
