// SPDX-License-Identifier: Apache-2.0
// What every view is given: the state to read, the way to say an intent, and live tracks to show.
import { createContext, useContext, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Intent } from '../lesson/intents.ts';
import type { State } from '../lesson/state.ts';
import type { Store } from '../lesson/store.ts';

export interface Page {
  readonly store: Store;
  readonly say: (intent: Intent) => void;
  readonly tracks: {
    readonly get: (key: string) => MediaStreamTrack | null;
    readonly watch: (changed: () => void) => () => void;
  };
  readonly watchLevel: (track: MediaStreamTrack, heard: (level: number) => void) => () => void;
}

export const PageContext = createContext<Page | null>(null);

export const usePage = (): Page => {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a view outside its page');
  return page;
};

export const useLesson = (): State => {
  const { store } = usePage();
  return useSyncExternalStore(store.watch, store.get);
};

export const useTrack = (key: string): MediaStreamTrack | null => {
  const { tracks } = usePage();
  return useSyncExternalStore(
    (changed) => tracks.watch(changed),
    () => tracks.get(key),
  );
};

export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export const useText = (): Say => {
  const { t } = useTranslation();
  return (key, values) => t(key, values ?? {});
};
