// SPDX-License-Identifier: Apache-2.0
// Composition root: makes the parts, ties them to the browser, shows the first view.
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nProvider } from 'react-aria-components';
import { I18nextProvider } from 'react-i18next';
import { openDesk } from './desk.tsx';
import type { Desk } from './desk.tsx';
import { plan } from './lesson/intents.ts';
import { formOf } from './lesson/layout.ts';
import { createStore } from './lesson/store.ts';
import type { Store } from './lesson/store.ts';
import { initialState } from './lesson/state.ts';
import { keptChoices } from './memory.ts';
import { canShareScreen } from './rtc/devices.ts';
import { watchLevel } from './rtc/level.ts';
import { Tracks } from './rtc/tracks.ts';
import { Session } from './session.ts';
import { showChoices, tieToBrowser } from './browser.ts';
import { createTexts } from './text/i18n.ts';
import type { Texts } from './text/i18n.ts';
import { App } from './view/App.tsx';
import { PageContext, useLesson } from './view/page.ts';
import type { Page } from './view/page.ts';
import './style/tokens.css';
import './style/base.css';
import './style/prejoin.css';
import './style/classroom.css';
import './style/panel.css';
import './style/dialog.css';
import './style/sheet.css';
import './style/attendance.css';
import './style/room.css';

const noTracks: Page['tracks'] = { get: () => null, watch: () => () => undefined };

const Localised = ({ children }: { children: ReactNode }) => {
  const { language } = useLesson().choices;
  return <I18nProvider locale={language === 'fr' ? 'fr-FR' : 'en-GB'}>{children}</I18nProvider>;
};

const show = (root: HTMLElement, texts: Texts, page: Page, children: ReactNode): void =>
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>
        <PageContext value={page}>
          <Localised>{children}</Localised>
        </PageContext>
      </I18nextProvider>
    </StrictMode>,
  );

const startLesson = (root: HTMLElement, store: Store, texts: Texts): void => {
  const tracks = new Tracks();
  const session = new Session(store, tracks, location.hash.slice(1));
  tieToBrowser(store, session, texts);
  const page: Page = {
    store,
    say: (intent) => session.carryOut(intent),
    tracks: { get: (key) => tracks.get(key), watch: (changed) => tracks.watch(changed) },
    watchLevel,
  };
  show(root, texts, page, <App />);
  void session.open();
};

/** A page outside the class knows only the choices of its reader. */
const startDesk = (root: HTMLElement, store: Store, texts: Texts, desk: Desk): void => {
  const say: Page['say'] = (intent) => {
    for (const event of plan(store.get(), intent)?.events ?? []) store.take(event);
  };
  showChoices(store, texts, desk.title);
  show(root, texts, { store, say, tracks: noTracks, watchLevel: () => () => undefined }, desk.page);
};

const start = async (root: HTMLElement): Promise<void> => {
  const choices = keptChoices(navigator.language);
  const store = createStore(initialState(choices, { form: formOf(window.innerWidth), canShare: canShareScreen() }));
  const texts = createTexts(choices.language);
  const desk = await openDesk(location.pathname);
  if (desk === null) startLesson(root, store, texts);
  else startDesk(root, store, texts, desk);
};

const root = document.getElementById('page');
if (root !== null) void start(root);
