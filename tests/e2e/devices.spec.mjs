// SPDX-License-Identifier: Apache-2.0
// Cameras and microphones as browsers give them: each browser's own fake device, a refusal, nothing there, one unplugged,
// and sound that the browser refuses to play without a gesture.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { startChromium, startFirefox } from './lib/browsers.mjs';
import { connected, enter, open, text, turn } from './lib/classroom.mjs';
import { Server, until } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

let server, lesson, listener, home;
const running = [];
const use = async (starting) => {
  const browser = await starting;
  running.push(browser);
  return browser;
};

before(async () => {
  server = await Server.start();
  lesson = await server.createClass({ policy: { microphone: 'open', camera: 'open' } });
  home = await startChromium();
  listener = await home.person({ id: 1 });
  await enter(listener, lesson.links.trainer, 'Anne MARTIN');
});
afterEach(async () => { for (const b of running.splice(0)) await b.close(); });
after(async () => {
  await home?.close();
  await stopSound();
  await server?.stop();
});

// Any live picture and any sound on the page of the trainer: the fake devices show no number of ours.
const seesSomething = (page) => until('a picture that is not empty', () => page.evaluate(async () => {
  for (const v of document.querySelectorAll('video')) {
    if (!v.videoWidth) continue;
    const at = v.currentTime;
    await new Promise((r) => setTimeout(r, 500));
    if (v.currentTime > at) return { w: v.videoWidth, h: v.videoHeight };
  }
  return null;
}), 25_000);
const hearsSomething = (page) => until('a sound', async () => (await page.hear(1500))[0], 30_000);

const BROWSERS = {
  Chromium: {
    fake: () => startChromium({ fakeDevices: true }),
    refused: () => startChromium({ fakeDevices: true, flags: ['--deny-permission-prompts'] }),
    none: () => startChromium(),
    own: () => startChromium(),
  },
  Firefox: {
    fake: () => startFirefox({ fakeDevices: true }),
    refused: () => startFirefox({ grant: false, prefs: { 'permissions.default.camera': 2, 'permissions.default.microphone': 2 } }),
    none: () => startFirefox({ fakeDevices: false }),
    own: () => startFirefox(),
  },
};

for (const [name, browser] of Object.entries(BROWSERS)) {
  describe(name, () => {
    test('its own fake camera and microphone reach the trainer', { timeout: 180_000 }, async () => {
      const b = await use(browser.fake());
      const p = await b.person({});
      await enter(p, lesson.links.learner, `${name} FACTICE`, { camera: true, microphone: true });
      await seesSomething(p);
      await seesSomething(listener);
      await hearsSomething(listener);
    });

    test('a refused permission is said, and the class goes on without it', { timeout: 120_000 }, async () => {
      const b = await use(browser.refused());
      const p = await b.person({ grant: false });
      await open(p, lesson.links.learner);
      await p.click('button', text('device.camera'));
      await p.sees(text('device-fault.camera-refused'));
      await p.click('button', text('device.microphone'));
      await p.sees(text('device-fault.microphone-refused'));
      await p.fill('textbox', text('prejoin.name'), `${name} REFUS`);
      await p.click('button', text('prejoin.join'));
      await connected(p);
    });

    test('a missing camera is said, and the class goes on without it', { timeout: 120_000 }, async () => {
      const b = await use(browser.none());
      const p = await b.person({});
      await open(p, lesson.links.learner);
      await p.click('button', text('device.camera'));
      await p.sees(text('device-fault.camera-missing'));
      await p.fill('textbox', text('prejoin.name'), `${name} SANS`);
      await p.click('button', text('prejoin.join'));
      await connected(p);
    });

    test('an unplugged camera is said and stops at the others; the microphone goes on', { timeout: 150_000 }, async () => {
      const b = await use(browser.own());
      const p = await b.person({ id: 5 });
      await enter(p, lesson.links.learner, `${name} DÉBRANCHÉ`, { camera: true, microphone: true });
      await listener.seesPerson(5);
      await p.evaluate(() => window.amphiProbe.unplug('video'));
      await p.sees(text('device-fault.camera-unplugged'));
      await listener.seesNothingOf(5);
      await listener.hears(5);
    });
  });
}

test('an unplugged microphone is said', { timeout: 120_000 }, async () => {
  const b = await use(startChromium());
  const p = await b.person({ id: 6 });
  await enter(p, lesson.links.learner, 'Micro DÉBRANCHÉ', { microphone: true });
  await p.evaluate(() => window.amphiProbe.unplug('audio'));
  await p.sees(text('device-fault.microphone-unplugged'));
});

// To a driven browser each look into the page is a gesture, so its own rule never shows: this is that rule, written down.
function refuseSound() {
  let gesture = false;
  addEventListener('pointerdown', (e) => { gesture ||= e.isTrusted; }, true);
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    return gesture || this.muted ? play.call(this) : Promise.reject(new DOMException('play() needs a gesture', 'NotAllowedError'));
  };
}

test('sound that the browser does not let play is one large button away', { timeout: 120_000 }, async () => {
  await turn(listener, 'microphone', true);
  const b = await use(startChromium());
  const p = await b.person({ id: 7 });
  await p.prepare(refuseSound);
  await enter(p, lesson.links.learner, 'Sans GESTE');
  await p.reload();
  await p.waitFor('button', text('sound.turn-on'));
  assert.deepEqual(await p.hear(), [], 'nothing plays before the gesture');
  await p.click('button', text('sound.turn-on'));
  await p.hears(1);
  await p.waitGone('button', text('sound.turn-on'));
});
