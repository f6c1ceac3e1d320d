// SPDX-License-Identifier: Apache-2.0
// "Ouvrir la vue de la salle": a second, silent window of the trainer's own page for the projector. One session, no sound.
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { Button } from 'react-aria-components';
import { hasAttendance, sites, trains } from '../lesson/places.ts';
import { me } from '../lesson/select.ts';
import { placeText } from '../text/place.ts';
import { RoomScreen } from './RoomScreen.tsx';
import { useLesson, useText } from './page.ts';

interface Opened {
  readonly view: Window;
  readonly site: number | null;
}

/** The rules of this page as one sheet of the other document: at once, and within a policy that allows no inline style. */
const dress = (view: Window & typeof globalThis): void => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText));
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(rules.join('\n'));
  view.document.adoptedStyleSheets = [sheet];
};

const useWindow = () => {
  const [opened, setOpened] = useState<Opened | null>(null);
  const open = (site: number | null): void => {
    const view = window.open('', 'amphi-room', 'popup,width=1280,height=720');
    if (view === null) return;
    dress(view as Window & typeof globalThis);
    view.addEventListener('pagehide', () => setOpened(null), { once: true });
    setOpened({ view, site });
  };
  const view = opened?.view ?? null;
  useEffect(() => {
    const close = (): void => view?.close();
    window.addEventListener('pagehide', close);
    return () => {
      window.removeEventListener('pagehide', close);
      close();
    };
  }, [view]);
  return { opened, open };
};

export const RoomWindow = () => {
  const state = useLesson();
  const t = useText();
  const { opened, open } = useWindow();
  const title = state.class?.title ?? '';
  const { language } = state.choices;
  useEffect(() => {
    if (opened === null) return;
    opened.view.document.title = t('room.title', { title });
    opened.view.document.documentElement.lang = language;
  });
  if (!trains(state) || !hasAttendance(state) || state.here.form !== 'desktop') return null;
  const own = me(state)?.site ?? null;
  const places = sites(state).filter(({ site }) => own === null || site === own);
  const one = places.length <= 1;
  return (
    <>
      {(one ? [places[0] ?? { site: null, name: '' }] : places).map(({ site, name }) => (
        <Button key={site ?? 0} className="button quiet" onPress={() => open(site)}>
          {one ? t('room.open') : t('room.open-of', { site: placeText(name) })}
        </Button>
      ))}
      {opened !== null && createPortal(<main><RoomScreen site={opened.site} /></main>, opened.view.document.body)}
    </>
  );
};
