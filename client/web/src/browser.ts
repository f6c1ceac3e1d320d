// SPDX-License-Identifier: Apache-2.0
// What the browser tells the page (size, visibility, network, devices, keys, going away) as facts, and what the
// state tells the browser (language, title, live regions, wake lock, kept choices).
import { Announcer } from './a11y/announce.ts';
import { watchKeys } from './a11y/keys.ts';
import { createRegions } from './a11y/regions.ts';
import { formOf } from './lesson/layout.ts';
import { controls, handIsUp, hasRequested } from './lesson/select.ts';
import { spoken } from './lesson/spoken.ts';
import type { State } from './lesson/state.ts';
import type { Store } from './lesson/store.ts';
import { keepChoices } from './memory.ts';
import { listDevices, watchDevices } from './rtc/devices.ts';
import { keepAwake } from './rtc/wake.ts';
import type { Session } from './session.ts';
import type { Texts } from './text/i18n.ts';

const place = (store: Store, part: Partial<State['here']>): void => store.take({ type: 'place-changed', place: part });

const watchWindow = (store: Store, session: Session): void => {
  window.addEventListener('resize', () => {
    const form = formOf(window.innerWidth);
    if (form !== store.get().here.form) place(store, { form, panelOpen: form === 'desktop' });
  });
  document.addEventListener('visibilitychange', () => place(store, { hidden: document.visibilityState === 'hidden' }));
  window.addEventListener('online', () => session.networkChanged());
  const network = (navigator as { connection?: EventTarget }).connection;
  network?.addEventListener('change', () => session.networkChanged());
  window.addEventListener('pagehide', () => session.goAway());
  // A page kept by the browser comes back with a closed connection: enter again as the same person.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  window.addEventListener('hashchange', () => location.reload());
};

const keepDeviceLists = (store: Store): void => {
  const read = async (): Promise<void> => {
    const lists = await listDevices();
    const { devices } = store.get().here;
    place(store, { devices: { ...devices, ...lists } });
  };
  void read();
  watchDevices(() => void read());
  // Names of devices are given only once one has been opened.
  store.watch((event) => {
    if (event.type === 'own-changed' && event.now.is === 'on') void read();
  });
};

const runShortcuts = (store: Store, session: Session): void => {
  watchKeys(
    () => store.get().phase === 'in' && store.get().choices.shortcuts,
    (shortcut) => {
      const state = store.get();
      const can = controls(state);
      if (shortcut === 'hand' && can.hand) session.carryOut({ type: 'raise-hand', up: !handIsUp(state) });
      if (shortcut === 'microphone' && can.microphone)
        session.carryOut({ type: 'toggle-device', device: 'microphone', on: state.own.microphone.is !== 'on' });
      if (shortcut === 'microphone' && can.request)
        session.carryOut({ type: 'request-microphone', wanted: !hasRequested(state) });
    },
  );
};

const MANY: Readonly<Record<string, string>> = {
  joined: 'spoken.many-joined',
  left: 'spoken.many-left',
  messages: 'spoken.many-messages',
};

const speak = (store: Store, texts: Texts): void => {
  const regions = createRegions();
  const announcer = new Announcer({
    ...regions,
    many: (batch, count) => texts.t(MANY[batch] ?? 'spoken.many-messages', { count }),
    after: (ms, run) => void setTimeout(run, ms),
  });
  store.watch((event, before, after) => {
    for (const said of spoken(event, before, after)) {
      const text = texts.t(said.key, { ...said.values });
      if (said.urgent) announcer.urgent(text);
      else announcer.polite({ text, batch: said.batch });
    }
  });
};

/** `alone`: the title of a page outside the class, by its text key. */
export const showChoices = (store: Store, texts: Texts, alone?: string): void => {
  const show = ({ choices, link, class: lesson, phase }: State): void => {
    document.documentElement.lang = choices.language;
    if (alone !== undefined) {
      document.title = texts.t('title.alone', { title: texts.t(alone) });
      return;
    }
    const title = lesson?.title ?? link?.class.title;
    const name = texts.t(phase === 'in' ? 'title.in' : 'title.before', { title: title ?? '' });
    document.title = title === undefined ? texts.t('title.none') : name;
  };
  store.watch((event, before, after) => {
    if (event.type === 'chosen') {
      keepChoices(after.choices);
      if (before.choices.language !== after.choices.language) void texts.changeLanguage(after.choices.language);
    }
    if (before.phase !== after.phase || before.choices.language !== after.choices.language) show(after);
  });
  show(store.get());
};

const stayAwake = (store: Store): void => {
  let release: (() => void) | null = null;
  store.watch((_event, _before, { phase }) => {
    if (phase === 'in') release ??= keepAwake();
    else {
      release?.();
      release = null;
    }
  });
};

export const tieToBrowser = (store: Store, session: Session, texts: Texts): void => {
  watchWindow(store, session);
  keepDeviceLists(store);
  runShortcuts(store, session);
  showChoices(store, texts);
  speak(store, texts);
  stayAwake(store);
};
