// SPDX-License-Identifier: Apache-2.0
// Takes the picture of the README from the real thing: node tests/e2e/picture.mjs writes client/web/docs/classroom.png. A trainer
// shares a page, three people show drawn faces (nobody's), one asks in the messages, one raises a hand.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { startChromium, startFirefox } from './lib/browsers.mjs';
import { enter, text } from './lib/classroom.mjs';
import { ROOT, Server, sleep } from './lib/server.mjs';
import { stopSound } from './lib/sound.mjs';

const SLIDES = 'Diapositives';
const FILE = path.join(ROOT, 'client/web/docs/classroom.png');

// In the page: a camera that shows a drawn person instead of the test pattern.
function drawFace(hue) {
  const devices = navigator.mediaDevices;
  const stock = devices.getUserMedia;
  devices.getUserMedia = async (wanted = {}) => {
    const stream = await stock(wanted);
    if (!wanted.video) return stream;
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const g = canvas.getContext('2d', { alpha: false });
    const disc = (x, y, r, colour) => { g.fillStyle = colour; g.beginPath(); g.arc(x, y, r, 0, 7); g.fill(); };
    setInterval(() => {
      const sway = Math.sin(Date.now() / 700) * 4;
      g.fillStyle = `hsl(${hue} 25% 82%)`;
      g.fillRect(0, 0, 640, 360);
      disc(320, 400, 150, `hsl(${hue} 45% 40%)`);
      disc(320 + sway, 165, 88, 'hsl(25 25% 30%)');
      disc(320 + sway, 180, 74, 'hsl(25 45% 68%)');
      disc(294 + sway, 172, 7, '#333');
      disc(346 + sway, 172, 7, '#333');
      g.fillStyle = '#7a3b35';
      g.fillRect(300 + sway, 214, 40, 6);
    }, 80);
    window.keptFace = canvas;
    return new MediaStream([...stream.getAudioTracks(), ...canvas.captureStream(12).getVideoTracks()]);
  };
}

const SLIDE = `<style>body{margin:0;font:44px/1.5 sans-serif;background:#fff;color:#1a2340}main{padding:70px 110px}h1{font-size:68px;color:#1a3a8f}</style>
<main><h1>Accueillir le public</h1><ol><li>Dire bonjour, se nommer</li><li>Écouter la demande en entier</li><li>La redire avec ses mots</li><li>Répondre, ou orienter</li></ol></main>`;

const server = await Server.start();
const chromium = await startChromium({ fakeDevices: true, flags: [`--auto-select-tab-capture-source-by-title=${SLIDES}`] });
const firefox = await startFirefox();
try {
  const { links } = await server.createClass({ policy: { microphone: 'open', camera: 'open' } });
  const enterAs = async (browser, id, hue, name, link) => {
    const p = await browser.person({ id });
    await p.goto(`${server.url}/healthz`);
    if (p.context.addInitScript) await p.context.addInitScript(drawFace, hue);
    else await p.page.evaluateOnNewDocument(drawFace, hue);
    await enter(p, link, name, { camera: true, microphone: true });
    return p;
  };
  const anne = await enterAs(chromium, 1, 220, 'Anne MARTIN', links.trainer);
  const karim = await enterAs(firefox, 2, 150, 'Karim DIALLO', links.learner);
  const lucie = await enterAs(chromium, 3, 20, 'Lucie PETIT', links.learner);
  const slides = await anne.context.newPage();
  await slides.setContent(SLIDE);
  await slides.evaluate((title) => { document.title = title; }, SLIDES);
  await anne.page.bringToFront();
  await anne.click('button', text('device.screen'));
  await lucie.click('button', text('bar.hand'));
  for (const [p, words] of [[karim, 'Bonjour, on vous entend bien.'], [anne, 'Merci Karim. Le support est en bas de la page.'], [karim, 'Combien de temps pour redire la demande ?']]) {
    await p.click('tab', new RegExp(text('panel.messages')));
    await p.fill('textbox', text('messages.write'), words);
    await p.click('button', text('messages.send'));
  }
  await lucie.click('tab', new RegExp(text('panel.messages')));
  await sleep(5000);
  await mkdir(path.dirname(FILE), { recursive: true });
  await lucie.page.screenshot({ path: FILE });
} finally {
  await chromium.close();
  await firefox.close();
  await stopSound();
  await server.stop();
}
