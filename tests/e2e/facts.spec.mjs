// SPDX-License-Identifier: Apache-2.0
// What the client must do because browsers are as they are: each fact seen from outside, by what the browser is asked,
// what goes over the wire, and what arrives at somebody else.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startChromium, startFirefox } from './lib/browsers.mjs';
import { connected, enter, open, text, turn } from './lib/classroom.mjs';
import { Link } from './lib/link.mjs';
import { Server, sleep, until } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

const FACTS = await readFile(path.join(path.dirname(fileURLToPath(import.meta.url)), 'lib/facts.js'), 'utf8');
const SLIDES = 'Diapositives';
const OPEN = { policy: { microphone: 'open', camera: 'open' } };
/** The server calls somebody lost after 15 s without a word (PROTOCOL.md §3), and a ping comes every 10 s. */
const FROZEN_MS = 22_000;
/** The sentence is promised after 5 s without a path; the rest is for a busy machine. */
const BLOCKED_MS = 5000;

let server, lesson, wire, chromium, firefox, anne, lucie, karim;

/** A relay in front of the server's media port, so that what is on the wire can be read: RTP payload types are not encrypted (RFC 3711 §3.1). */
class Wire {
  static async make(to) {
    const wire = new Wire();
    Object.assign(wire, { types: new Map(), guests: new Map() });
    wire.door = dgram.createSocket('udp4');
    await new Promise((done, fail) => wire.door.once('error', fail).bind(0, done));
    wire.door.on('message', (packet, from) => {
      // RFC 7983: 128 to 191 is RTP or RTCP; RFC 5761: types 64 to 95 are RTCP.
      const type = packet[1] & 127;
      if (packet[0] >> 6 === 2 && (type < 64 || type > 95)) wire.types.set(type, (wire.types.get(type) ?? 0) + 1);
      wire.guest(from).send(packet, to, '127.0.0.1');
    });
    return wire;
  }

  guest(from) {
    const name = `${from.address} ${from.port}`;
    if (!this.guests.has(name)) {
      const socket = dgram.createSocket('udp4');
      socket.on('message', (packet) => this.door.send(packet, from.port, from.address));
      this.guests.set(name, socket);
    }
    return this.guests.get(name);
  }

  get port() { return this.door.address().port; }
  close() { for (const s of [this.door, ...this.guests.values()]) s.close(); }
}

const visitor = async (browser, options = {}) => {
  const page = await browser.person(options);
  await page.prepare(FACTS);
  return Object.assign(page, { id: options.id });
};
const sent = (page, type) => page.evaluate((t) => window.amphiFacts.sent.filter((m) => m.type === t), type);
const sending = (page) => page.evaluate(() => window.amphiFacts.sending());
const camera = (rows) => rows.find((r) => r.hint === 'motion');
const people = async (of) => (await server.admin('GET', `/classes/${of.id}/people`)).body.people;
const lastView = async (page) => (await sent(page, 'view.set')).at(-1);
const more = async (page, action) => {
  await page.click('button', text('bar.more'));
  await page.click('button', text(action));
};

before(async () => {
  server = await Server.start();
  lesson = await server.createClass(OPEN);
  [chromium, firefox] = await Promise.all([startChromium({ flags: [`--auto-select-tab-capture-source-by-title=${SLIDES}`] }), startFirefox()]);
  anne = await visitor(chromium, { id: 1 });
  lucie = await visitor(chromium, { id: 3 });
  wire = await Wire.make(server.media);
  await lucie.prepare(`window.amphiFacts.detour(${wire.port})`);
  karim = await visitor(firefox, { id: 2 });
});
after(async () => {
  await chromium?.close();
  await firefox?.close();
  wire?.close();
  await stopSound();
  await server?.stop();
});

test('cameras keep their pace and stay under their bit rate', { timeout: 150_000 }, async () => {
  await enter(anne, lesson.links.trainer, 'Anne MARTIN', { camera: true, microphone: true });
  await enter(lucie, lesson.links.learner, 'Lucie PETIT', { camera: true, microphone: true });
  for (const [page, most, height] of [[anne, 500_000, 360], [lucie, 150_000, 180]]) {
    const row = await until('the camera goes out', async () => {
      const rows = await sending(page);
      const one = camera(rows);
      if (!one || one.frames === 0 || one.maxBitrate !== most || one.degradationPreference === undefined) throw new Error(JSON.stringify(rows));
      return one;
    });
    assert.equal(row.degradationPreference, 'maintain-framerate');
    assert.ok(row.height <= height, `${row.height} lines`);
  }
  await lucie.seesPerson(1);
  await anne.seesPerson(3);
  const [from, to] = [camera(await sending(lucie)), await sleep(2000).then(() => sending(lucie)).then(camera)];
  const rate = ((to.bytes - from.bytes) * 8000) / (to.at - from.at);
  assert.ok(rate > 0 && rate <= 150_000 * 1.2, `the camera of a learner sends ${Math.round(rate)} bit/s`);
});

test('voices leave Chromium as RED, and are heard by Firefox, which has none, and by Chromium', { timeout: 120_000 }, async () => {
  await enter(karim, lesson.links.learner, 'Karim DIALLO');
  const offers = await lucie.evaluate(() => window.amphiProbe.connections.map((c) => c.localDescription?.sdp ?? ''));
  const red = offers.flatMap((sdp) => [...sdp.matchAll(/^a=rtpmap:(\d+) red\/48000/gmi)].map((m) => Number(m[1])));
  await until('the voice goes out as RED', () => {
    if (!red.some((type) => wire.types.get(type) > 100)) throw new Error(`RED is ${red}; on the wire: ${JSON.stringify([...wire.types])}`);
    return true;
  });
  const accepted = await until('Firefox has answered', async () => {
    const answers = await karim.evaluate(() => window.amphiProbe.connections.map((c) => c.localDescription?.sdp ?? ''));
    const codecs = answers.flatMap((sdp) => [...sdp.matchAll(/^a=rtpmap:\d+ (\S+)/gm)].map((m) => m[1]));
    return codecs.length > 0 && codecs;
  });
  assert.ok(accepted.includes('opus/48000/2') && !accepted.some((codec) => /^red\/48000/i.test(codec)), `Firefox takes ${accepted}`);
  await karim.hears(3);
  await anne.hears(3);
});

test('mute is said at once, and the sender is empty two seconds later', { timeout: 90_000 }, async () => {
  await turn(lucie, 'microphone', false);
  const emptied = await until('replaceTrack(null)', () => lucie.evaluate(() => window.amphiFacts.replaced.find((r) => r.was === 'audio' && r.is === null)));
  const pressed = await lucie.evaluate(() => window.amphiFacts.pressed.at(-1));
  const off = (await sent(lucie, 'publish')).find((m) => m.source === 'microphone' && m.on === false);
  assert.ok(off.at - pressed < 500, `said ${off.at - pressed} ms after the press`);
  assert.ok(emptied.at - off.at >= 1900, `the track was taken off ${emptied.at - off.at} ms after the mute`);
  await anne.hearsNothingOf(3);
  await turn(lucie, 'microphone', true);
  await anne.hears(3);
});

test('a shared tab keeps its sharpness at 5 to 15 pictures a second, its sound as it is', { timeout: 120_000 }, async (t) => {
  const slides = await anne.context.newPage();
  t.after(() => slides.close());
  await slides.goto(`${server.url}/healthz`);
  await slides.evaluate((title) => {
    document.title = title;
    document.body.replaceChildren();
    window.amphiProbe.beScreen(9);
  }, SLIDES);
  await anne.page.bringToFront();
  await anne.click('button', text('device.screen'));
  const screen = (rows) => rows.find((r) => r.kind === 'video' && r.hint === 'detail');
  const row = await until('the screen goes out', async () => {
    const rows = await sending(anne);
    const one = screen(rows);
    if (!one || one.frames === 0 || one.maxBitrate !== 800_000) throw new Error(JSON.stringify(rows));
    return one;
  });
  assert.equal(row.degradationPreference, 'maintain-resolution');
  assert.equal(row.maxFramerate, 15);
  assert.ok(row.asked >= 5 && row.asked <= 15, `the tab is captured at ${row.asked} pictures a second`);
  const sound = (await sending(anne)).find((r) => r.hint === 'music');
  assert.equal(sound?.echoCancellation, false, JSON.stringify(sound));
  const [asked] = await anne.evaluate(() => window.amphiFacts.displays);
  assert.deepEqual(asked.audio, { echoCancellation: false, noiseSuppression: false, autoGainControl: false });
  await lucie.seesPerson(9);
  await lucie.hears(9);
  await until('5 to 15 pictures a second', async () => {
    const from = screen(await sending(anne));
    await sleep(2000);
    const to = screen(await sending(anne));
    const pace = ((to.frames - from.frames) * 1000) / (to.at - from.at);
    if (pace < 5 || pace > 15.5) throw new Error(`${pace.toFixed(1)} pictures a second`);
    return true;
  });
  await anne.click('button', text('device.screen'));
  await lucie.seesNothingOf(9);
});

test('a hidden tab keeps the sound and takes no picture', { timeout: 120_000 }, async () => {
  await lucie.seesPerson(1);
  await lucie.evaluate(() => window.amphiFacts.hide(true));
  await until('the server is told', async () => (await lastView(lucie)).hidden === true);
  await until('no picture comes', async () => {
    const from = await lucie.evaluate(() => window.amphiFacts.pictures());
    await sleep(1500);
    return await lucie.evaluate(() => window.amphiFacts.pictures()) === from;
  });
  await lucie.hears(1);
  await lucie.evaluate(() => window.amphiFacts.hide(false));
  await lucie.seesPerson(1);
});

test('a machine at its limit asks for fewer tiles', { timeout: 90_000 }, async () => {
  const { tiles } = await lastView(lucie);
  assert.ok(tiles > 0, `${tiles} tiles before`);
  await lucie.evaluate(() => window.amphiFacts.burden(true));
  await until('fewer tiles are asked for', async () => (await lastView(lucie)).tiles < tiles);
  await lucie.evaluate(() => window.amphiFacts.burden(false));
});

test('the screen is asked to stay on, in both browsers', async () => {
  for (const page of [anne, karim]) {
    const asked = await page.evaluate(() => ('wakeLock' in navigator ? window.amphiFacts.wakes : null));
    if (page === anne || asked !== null) assert.ok(asked?.includes('screen'), JSON.stringify(asked));
  }
});

test('mute all: every learner is silent and reads why', { timeout: 90_000 }, async () => {
  await more(anne, 'more.mute-all');
  await anne.press('Escape');
  await lucie.sees(text('sentence.muted'));
  await until('it is told', async () => (await lucie.spoken()).some((s) => s.text === text('sentence.muted-by')));
  assert.equal(await lucie.attribute('button', text('device.microphone'), 'aria-pressed'), 'false');
  await karim.hearsNothingOf(3);
  await karim.hears(1);
});

test('a page that goes away is away at once', { timeout: 60_000 }, async () => {
  const watching = await Link.join(server.url, lesson.tokens.moderator, 'Paul ADAM');
  for (const page of [lucie, karim]) {
    const name = page === lucie ? 'Lucie PETIT' : 'Karim DIALLO';
    const { person } = (await people(lesson)).find((p) => p.name === name);
    const began = Date.now();
    await page.goto('about:blank');
    await watching.wait((m) => (m.type === 'person.changed' && m.person === person && m.connection === 'lost') || (m.type === 'person.left' && m.person === person));
    assert.ok(Date.now() - began < 10_000, `${name}: known after ${Date.now() - began} ms, without waiting for the 15 s of a lost connection`);
    await page.close();
  }
  await watching.close();
});

test('the heartbeat is answered while the timers of the page stand still, in both browsers', { timeout: 120_000 }, async () => {
  const quiet = await server.createClass();
  const watching = await Link.join(server.url, quiet.tokens.trainer, 'Anne MARTIN');
  const frozen = [await visitor(chromium, { id: 4 }), await visitor(firefox, { id: 5 })];
  for (const [i, page] of frozen.entries()) await enter(page, quiet.links.learner, `Page IMMOBILE ${i}`);
  const before = await Promise.all(frozen.map((page) => page.evaluate(() => {
    window.amphiFacts.freeze(true);
    return { sockets: window.amphiFacts.sockets(), pongs: window.amphiFacts.sent.filter((m) => m.type === 'pong').length };
  })));
  await sleep(FROZEN_MS);
  for (const [i, page] of frozen.entries()) {
    assert.ok((await sent(page, 'pong')).length >= before[i].pongs + 2, 'pings are answered');
    assert.equal(await page.evaluate(() => window.amphiFacts.sockets()), before[i].sockets, 'it is still the same connection');
  }
  assert.deepEqual(watching.messages.filter((m) => m.type === 'person.changed' && m.connection === 'lost'), [], 'nobody was called lost');
  assert.equal((await people(quiet)).filter((p) => p.present).length, 3);
  for (const page of frozen) await page.close();
  await watching.close();
});

test('one person in two tabs: the newest has the class, and the other can take it back', { timeout: 90_000 }, async () => {
  const small = await server.createClass();
  const first = await visitor(chromium);
  await enter(first, small.links.learner, 'Emma BLANC');
  const second = await first.anotherTab();
  await enter(second, small.links.learner, null);
  await first.sees(text('over.moved.title'));
  await first.click('button', text('over.take-here'));
  await connected(first);
  await second.sees(text('over.moved.title'));
  assert.equal((await people(small)).length, 1, 'one person all the time');
  await first.close();
});

test('removed, the page says so and has no way back', { timeout: 60_000 }, async () => {
  const small = await server.createClass();
  const page = await visitor(chromium);
  await enter(page, small.links.learner, 'Emma BLANC');
  const moderator = await Link.join(server.url, small.tokens.moderator, 'Paul ADAM');
  assert.equal((await moderator.ask('person.remove', { person: (await people(small))[0].person })).type, 'ok');
  await page.sees(text('over.removed.title'));
  assert.equal(await page.has('button'), false, 'nothing to press');
  await page.reload();
  await page.sees(text('over.removed.title'));
  await page.close();
  await moderator.close();
});

test('a closed entrance refuses a new person in words, and lets those who are in come back', { timeout: 90_000 }, async () => {
  const small = await server.createClass();
  const inside = await visitor(chromium);
  const outside = await visitor(chromium);
  await enter(inside, small.links.trainer, 'Anne MARTIN');
  await open(outside, small.links.learner);
  await more(inside, 'more.close-entrance');
  await outside.fill('textbox', text('prejoin.name'), 'Emma BLANC');
  await outside.click('button', text('prejoin.join'));
  await outside.sees(text('over.entrance-closed.title'));
  await outside.click('button', text('over.again'));
  await outside.sees(text('prejoin.entrance-closed'));
  await inside.reload();
  await connected(inside);
  await inside.sees(text('top.entrance-closed'));
  for (const page of [inside, outside]) await page.close();
});

test('the device of a room has its own page: it is seen and heard, it does not write', { timeout: 90_000 }, async () => {
  const small = await server.createClass();
  const room = await visitor(chromium, { id: 6 });
  await open(room, small.links.room);
  await room.sees(text('prejoin.role-room'));
  await enter(room, small.links.room, 'Salle B12', { camera: true, microphone: true, room: true });
  assert.equal(await room.has('textbox', text('messages.write')), false);
  assert.equal(await room.has('button', text('device.screen')), false);
  const other = await visitor(chromium, { id: 7 });
  await enter(other, small.links.trainer, 'Anne MARTIN');
  await other.sees(text('role.room'));
  await other.seesPerson(6);
  await other.hears(6);
  for (const page of [room, other]) await page.close();
});

test('a class ended for all says so to everyone, and at the door', { timeout: 60_000 }, async () => {
  const small = await server.createClass();
  const trainer = await visitor(chromium);
  const learner = await visitor(chromium);
  await enter(trainer, small.links.trainer, 'Anne MARTIN');
  await enter(learner, small.links.learner, 'Emma BLANC');
  await more(trainer, 'more.end');
  await trainer.click('button', text('confirm.end-yes'));
  for (const page of [trainer, learner]) await page.sees(text('over.ended.title'));
  await learner.reload();
  await learner.sees(text('over.ended.title'));
  for (const page of [trainer, learner]) await page.close();
});

test('where the network blocks media it says so, and a message still passes, in both browsers', { timeout: 120_000 }, async (t) => {
  const silence = dgram.createSocket('udp4');
  await new Promise((done, fail) => silence.once('error', fail).bind(0, done));
  t.after(() => silence.close());
  const small = await server.createClass(OPEN);
  const watching = await Link.join(server.url, small.tokens.trainer, 'Anne MARTIN');
  for (const [name, browser] of [['Chromium', chromium], ['Firefox', firefox]]) {
    const page = await visitor(browser, { id: 8 });
    await page.prepare(`window.amphiFacts.detour(${silence.address().port})`);
    await enter(page, small.links.learner, `${name} BLOQUÉ`);
    const began = Date.now();
    await page.sees(text('trouble.media-blocked'));
    t.diagnostic(`${name}: said ${Date.now() - began} ms after entering`);
    assert.ok(Date.now() - began < 3 * BLOCKED_MS, `${name}: said only after ${Date.now() - began} ms`);
    await page.click('tab', new RegExp(text('panel.messages')));
    await page.fill('textbox', text('messages.write'), `Bonjour de ${name}`);
    await page.click('button', text('messages.send'));
    await watching.wait((m) => m.type === 'message.added' && m.message.text === `Bonjour de ${name}`);
    await page.close();
  }
  await watching.close();
});
