// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { createElement } from 'react';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { plan } from '../../../client/web/src/lesson/intents.ts';
import type { Intent } from '../../../client/web/src/lesson/intents.ts';
import { createStore } from '../../../client/web/src/lesson/store.ts';
import { createTexts } from '../../../client/web/src/text/i18n.ts';
import { PageContext } from '../../../client/web/src/view/page.ts';
import { Sounds } from '../../../client/web/src/view/Sounds.tsx';
import { after, inClass, offer } from '../lesson/lesson.ts';

// jsdom plays nothing: what the browser answers to play() is the test's part.
let allowed = false;
beforeEach(() => {
  allowed = false;
  vi.stubGlobal('MediaStream', class {});
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true, configurable: true });
  HTMLMediaElement.prototype.play = () =>
    allowed ? Promise.resolve() : Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
});

const shown = (children: ReactNode) => {
  const store = createStore(after(inClass(), offer));
  const said: Intent[] = [];
  const say = (intent: Intent): void => {
    said.push(intent);
    for (const event of plan(store.get(), intent)?.events ?? []) store.take(event);
    if (intent.type === 'play-sound') store.take({ type: 'place-changed', place: { audioBlocked: false } });
  };
  const track = {} as MediaStreamTrack;
  const page = { store, say, tracks: { get: () => track, watch: () => () => undefined }, watchLevel: () => () => undefined };
  render(createElement(I18nextProvider, { i18n: createTexts('fr'), children: createElement(PageContext, { value: page }, children) }));
  return said;
};

test('sound that the browser refuses is one button away, and the button goes once it plays', async () => {
  const said = shown(createElement(Sounds));
  const button = await screen.findByRole('button', { name: 'Activer le son' });
  allowed = true;
  fireEvent.click(button);
  expect(said.at(-1)).toEqual({ type: 'play-sound' });
  expect(screen.queryByRole('button', { name: 'Activer le son' })).toBe(null);
});
