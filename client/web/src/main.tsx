// SPDX-License-Identifier: Apache-2.0
// Composition root: makes the parts, ties them to the browser, shows the first view.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { I18nextProvider } from 'react-i18next';
import { formOf } from './lesson/layout.ts';
import { createStore } from './lesson/store.ts';
import { initialState } from './lesson/state.ts';
import { keptChoices } from './memory.ts';
import { canShareScreen } from './rtc/devices.ts';
import { watchLevel } from './rtc/level.ts';
import { Tracks } from './rtc/tracks.ts';
import { Session } from './session.ts';
import { tieToBrowser } from './browser.ts';
import { createTexts } from './text/i18n.ts';
import { App } from './view/App.tsx';
import { PageContext, useLesson } from './view/page.ts';
import type { Page } from './view/page.ts';
import './style/tokens.css';
import './style/base.css';
import './style/prejoin.css';
import './style/classroom.css';
import './style/panel.css';
import './style/dialog.css';

const Localised = () => {
  const { language } = useLesson().choices;
  return (
    <I18nProvider locale={language === 'fr' ? 'fr-FR' : 'en-GB'}>
      <App />
    </I18nProvider>
  );
};

const start = (root: HTMLElement): void => {
  const choices = keptChoices(navigator.language);
  const store = createStore(initialState(choices, { form: formOf(window.innerWidth), canShare: canShareScreen() }));
  const tracks = new Tracks();
  const texts = createTexts(choices.language);
  const session = new Session(store, tracks, location.hash.slice(1));
  tieToBrowser(store, session, texts);
  const page: Page = {
    store,
    say: (intent) => session.carryOut(intent),
    tracks: { get: (key) => tracks.get(key), watch: (changed) => tracks.watch(changed) },
    watchLevel,
  };
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>
        <PageContext value={page}>
          <Localised />
        </PageContext>
      </I18nextProvider>
    </StrictMode>,
  );
  void session.open();
};

const root = document.getElementById('page');
if (root !== null) start(root);
