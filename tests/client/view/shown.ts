// SPDX-License-Identifier: Apache-2.0
// One view with a state, as a reader has it before them, and what was said through it.
import { cleanup, render } from '@testing-library/react';
import { createElement } from 'react';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { plan } from '../../../client/web/src/lesson/intents.ts';
import type { Intent } from '../../../client/web/src/lesson/intents.ts';
import { createStore } from '../../../client/web/src/lesson/store.ts';
import type { Store } from '../../../client/web/src/lesson/store.ts';
import type { State } from '../../../client/web/src/lesson/state.ts';
import { createTexts } from '../../../client/web/src/text/i18n.ts';
import { PageContext } from '../../../client/web/src/view/page.ts';

// jsdom has no CSS.escape; the ids of these tests need none.
if (typeof CSS === 'undefined') Object.assign(globalThis, { CSS: { escape: (text: string) => text } });

export interface Shown {
  readonly said: readonly Intent[];
  readonly store: Store;
}

export const shown = (state: State, view: ReactNode, language: 'fr' | 'en' = 'fr'): Shown => {
  cleanup();
  const store = createStore(state);
  const said: Intent[] = [];
  const say = (intent: Intent): void => {
    said.push(intent);
    for (const event of plan(store.get(), intent)?.events ?? []) store.take(event);
  };
  const page = { store, say, tracks: { get: () => null, watch: () => () => undefined }, watchLevel: () => () => undefined };
  const child = createElement(PageContext, { value: page }, view);
  render(createElement(I18nextProvider, { i18n: createTexts(language), children: child }));
  return { said, store };
};
