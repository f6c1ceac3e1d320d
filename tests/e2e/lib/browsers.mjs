// SPDX-License-Identifier: Apache-2.0
// Chromium by Playwright and Firefox by Puppeteer over WebDriver BiDi behind one small face, so that a test is written
// once: open, evaluate, and find by role and accessible name.
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

import { OUT, until } from './server.mjs';
import { startSound } from './sound.mjs';

const PROBE = await readFile(path.join(path.dirname(fileURLToPath(import.meta.url)), 'page.js'), 'utf8');
const WAIT_MS = 30_000;
/** Looked so often, one after the other, before something is said to be gone: a slow machine pauses without meaning it. */
const GONE_LOOKS = 3;
const SIZE = { width: 1280, height: 800 };

const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding'];

const asPattern = (name) => (name instanceof RegExp ? name : new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`));

// flags: more of Chromium's; `fakeDevices` its own camera and microphone; `autoplay: false` leaves the browser's rule.
export async function startChromium({ flags = [], fakeDevices = false, autoplay = true, executablePath = '/usr/bin/chromium' } = {}) {
  const sound = await startSound();
  const args = [...CHROMIUM_FLAGS, ...flags];
  if (fakeDevices) args.push('--use-fake-device-for-media-stream');
  if (autoplay) args.push('--autoplay-policy=no-user-gesture-required');
  const browser = await chromium.launch({ executablePath, headless: true, args, ignoreDefaultArgs: ['--mute-audio'], env: { ...process.env, ...sound } });
  return {
    kind: 'chromium',
    // One call, one person: a context of its own, so nothing is shared between two people of one browser.
    async person({ id = null, grant = true, locale = 'fr-FR', viewport = SIZE } = {}) {
      const context = await browser.newContext({ locale, viewport });
      if (grant) await context.grantPermissions(['camera', 'microphone']);
      await context.addInitScript(PROBE + (id === null ? '' : `;amphiProbe.become(${id});`));
      return new ChromiumPage(await context.newPage(), context);
    },
    close: () => browser.close(),
  };
}

export async function startFirefox({ prefs = {}, autoplay = true, fakeDevices = true, grant = true, locale = 'fr' } = {}) {
  const sound = await startSound();
  const browser = await puppeteer.launch({
    browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, env: { ...process.env, ...sound },
    extraPrefsFirefox: {
      'media.navigator.streams.fake': fakeDevices, 'media.navigator.permission.disabled': grant, 'media.autoplay.default': autoplay ? 0 : 1,
      'intl.accept_languages': locale === 'fr' ? 'fr, fr-FR' : 'en-US, en', 'app.update.enabled': false, 'datareporting.policy.dataSubmissionEnabled': false,
      'browser.safebrowsing.malware.enabled': false, 'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false,
      ...prefs,
    },
  });
  return {
    kind: 'firefox',
    async person({ id = null, viewport = SIZE } = {}) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(viewport);
      await page.evaluateOnNewDocument(PROBE + (id === null ? '' : `;amphiProbe.become(${id});`));
      return new FirefoxPage(page, context);
    },
    close: () => browser.close(),
  };
}

class Page {
  constructor(page, context) {
    this.page = page;
    this.context = context;
    this.errors = [];
    page.on('pageerror', (e) => this.errors.push(e.message));
    page.on('console', (m) => { if (m.type() === 'error') this.errors.push(m.text()); });
  }

  evaluate(f, arg) { return this.page.evaluate(f, arg); }
  watch() { return this.evaluate(() => window.amphiProbe.watch()); }
  hear(ms) { return this.evaluate((t) => window.amphiProbe.hear(t), ms ?? 700); }
  spoken() { return this.evaluate(() => window.amphiProbe.spoken); }
  reload() { return this.page.reload(); }
  title() { return this.page.title(); }
  close() { return this.context.close(); }
  text() { return this.evaluate(() => document.body.innerText); }

  sees(text, ms = WAIT_MS) {
    const wanted = text instanceof RegExp ? text : { test: (t) => t.includes(text) };
    return until(`the page says ${text}`, async () => wanted.test(await this.text()), ms).catch(async (e) => {
      await this.screenshot('failed');
      throw new Error(`${e.message}\npage text:\n${await this.text()}\nerrors: ${this.errors.join('\n')}`);
    });
  }

  // Whether somebody's live picture is shown: by its number, and that it moves.
  seesPerson(id, ms = WAIT_MS) {
    return until(`the picture of ${id}`, async () => {
      const seen = await this.watch();
      const one = seen.find((v) => v.id === id && v.sure && v.moving);
      if (!one) throw new Error(JSON.stringify(seen));
      return one;
    }, ms);
  }

  seesNothingOf(id, ms = WAIT_MS) {
    return this.gone(`no picture of ${id}`, async () => (await this.watch()).filter((v) => v.id === id && v.moving), ms);
  }

  // `look` gives what is still there.
  gone(what, look, ms) {
    let without = 0;
    return until(what, async () => {
      const left = await look();
      without = left.length === 0 ? without + 1 : 0;
      if (without < GONE_LOOKS) throw new Error(`${without} looks without; still there ${JSON.stringify(left)}`);
      return true;
    }, ms);
  }

  hears(id, ms = WAIT_MS) {
    return until(`the sound of ${id}`, async () => {
      const heard = await this.hear();
      const one = heard.find((t) => t.id === id);
      if (!one) throw new Error(JSON.stringify(heard));
      return one;
    }, ms);
  }

  hearsNothingOf(id, ms = WAIT_MS) {
    return this.gone(`silence of ${id}`, async () => (await this.hear()).filter((t) => t.id === id), ms);
  }

  async screenshot(name) {
    await mkdir(OUT, { recursive: true });
    await this.page.screenshot({ path: path.join(OUT, `${name}.png`) });
  }
}

class ChromiumPage extends Page {
  // A script of every page this person opens from now on, before the page's own.
  prepare(script) { return this.context.addInitScript(script); }
  async anotherTab() { return new ChromiumPage(await this.context.newPage(), this.context); }
  goto(url) { return this.page.goto(url); }
  find(role, name) { return this.page.getByRole(role, name === undefined ? {} : { name: asPattern(name) }).first(); }
  waitFor(role, name, ms = WAIT_MS) { return this.find(role, name).waitFor({ state: 'visible', timeout: ms }).catch((e) => this.explain(e)); }
  waitGone(role, name, ms = WAIT_MS) { return this.find(role, name).waitFor({ state: 'hidden', timeout: ms }); }
  has(role, name) { return this.find(role, name).isVisible(); }
  click(role, name, ms = WAIT_MS) { return this.find(role, name).click({ timeout: ms }).catch((e) => this.explain(e)); }
  fill(role, name, text) { return this.find(role, name).fill(text, { timeout: WAIT_MS }).catch((e) => this.explain(e)); }
  attribute(role, name, attribute) { return this.find(role, name).getAttribute(attribute, { timeout: WAIT_MS }); }
  press(key) { return this.page.keyboard.press(key); }
  type(text) { return this.page.keyboard.type(text); }

  async explain(e) {
    await this.screenshot('failed');
    throw new Error(`${e.message}\npage text:\n${await this.text()}\nerrors: ${this.errors.join('\n')}`);
  }
}

// Roles and names as the page's own accessibility tree has them are not to be had over BiDi for patterns, so the role
// comes from the element and the name from its label, which is enough for the controls used here.
class FirefoxPage extends Page {
  prepare(script) { return this.page.evaluateOnNewDocument(script); }
  goto(url) { return this.page.goto(url); }

  async handle(role, name) {
    const pattern = name === undefined ? null : asPattern(name);
    const found = await this.page.evaluateHandle((wantedRole, source, flags) => {
      const implied = { button: 'button,summary,input[type=submit]', textbox: 'input:not([type]),input[type=text],textarea', link: 'a[href]',
        heading: 'h1,h2,h3', checkbox: 'input[type=checkbox]', switch: '[role=switch]', list: 'ul,ol', listitem: 'li', dialog: 'dialog' };
      const all = document.querySelectorAll(`[role="${wantedRole}"]${implied[wantedRole] ? `,${implied[wantedRole]}` : ''}`);
      const named = (e) => {
        const by = e.getAttribute('aria-labelledby');
        const label = by ? by.split(' ').map((i) => document.getElementById(i)?.textContent ?? '').join(' ') : e.getAttribute('aria-label');
        return (label ?? (e.labels?.length ? e.labels[0].textContent : e.textContent)).replace(/\s+/g, ' ').trim();
      };
      for (const e of all) {
        const box = e.getBoundingClientRect();
        if (box.width > 0 && box.height > 0 && e.getAttribute('role') !== 'presentation' && (source === null || new RegExp(source, flags).test(named(e)))) return e;
      }
      return null;
    }, role, pattern?.source ?? null, pattern?.flags ?? '');
    return found.asElement();
  }

  async waitFor(role, name, ms = WAIT_MS) {
    return until(`${role} ${name}`, () => this.handle(role, name), ms).catch((e) => this.explain(e));
  }

  waitGone(role, name, ms = WAIT_MS) { return until(`no ${role} ${name}`, async () => !(await this.handle(role, name)), ms); }
  async has(role, name) { return (await this.handle(role, name)) !== null; }

  // A page that is just being drawn again may take the element away between finding and pressing it.
  click(role, name, ms = WAIT_MS) {
    return until(`press ${role} ${name}`, async () => {
      await (await this.waitFor(role, name, ms)).click();
      return true;
    }, ms);
  }

  async fill(role, name, text) {
    const e = await this.waitFor(role, name);
    await e.evaluate((x) => { x.focus(); x.select?.(); });
    await this.page.keyboard.type(text);
  }

  async attribute(role, name, attribute) { return (await this.waitFor(role, name)).evaluate((e, a) => e.getAttribute(a), attribute); }
  press(key) { return this.page.keyboard.press(key); }
  type(text) { return this.page.keyboard.type(text); }

  async explain(e) {
    await this.screenshot('failed').catch(() => {});
    throw new Error(`${e.message}\npage text:\n${await this.text()}\nerrors: ${this.errors.join('\n')}`);
  }
}
