// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Announcer } from '../../../client/web/src/a11y/announce.ts';
import { shortcutOf } from '../../../client/web/src/a11y/keys.ts';

const key = (name: string, extra = {}) => ({
  key: name, ctrlKey: false, altKey: false, metaKey: false, repeat: false, defaultPrevented: false, ...extra,
});

test('M and H are shortcuts, with or without the shift of a capital', () => {
  expect([shortcutOf(key('m'), true, false), shortcutOf(key('H'), true, false)]).toEqual(['microphone', 'hand']);
});

test('shortcuts are silent while one writes, when switched off, with a modifier and on repeat', () => {
  expect(shortcutOf(key('m'), true, true)).toBe(null);
  expect(shortcutOf(key('m'), false, false)).toBe(null);
  expect(shortcutOf(key('m', { ctrlKey: true }), true, false)).toBe(null);
  expect(shortcutOf(key('m', { repeat: true }), true, false)).toBe(null);
});

const voice = () => {
  const polite: string[] = [];
  const waiting: (() => void)[] = [];
  const announcer = new Announcer({
    polite: (text) => polite.push(text),
    urgent: (text) => polite.push(`now: ${text}`),
    many: (batch, count) => `${count} ${batch}`,
    after: (_ms, run) => waiting.push(run),
  });
  return { announcer, polite, tick: () => waiting.shift()?.() };
};

test('a burst of arrivals is one sentence, other news keep their own', () => {
  const { announcer, polite, tick } = voice();
  for (const text of ['A', 'B', 'C']) announcer.polite({ text, batch: 'joined' });
  announcer.polite({ text: 'main', batch: null });
  tick();
  tick();
  tick();
  expect(polite).toEqual(['3 joined', 'main']);
});

test('after a rest the queue speaks again', () => {
  const { announcer, polite, tick } = voice();
  announcer.polite({ text: 'A', batch: 'joined' });
  tick();
  tick();
  announcer.polite({ text: 'B', batch: 'joined' });
  tick();
  expect(polite).toEqual(['A', 'B']);
});

test('what is urgent does not wait in the queue', () => {
  const { announcer, polite } = voice();
  announcer.polite({ text: 'A', batch: null });
  announcer.urgent('micro');
  expect(polite).toEqual(['now: micro']);
});
