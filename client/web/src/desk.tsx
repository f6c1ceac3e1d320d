// SPDX-License-Identifier: Apache-2.0
// The pages outside a class, by their address: what they are given, and the requests behind them.
import type { ReactElement } from 'react';
import { checkIn, readNotice } from './net/door.ts';
import type { Fetch } from './net/door.ts';
import { Office } from './net/office.ts';
import type { Declared, Notice } from './protocol/messages.ts';
import { forgetLastToken, keepLastToken, lastToken } from './memory.ts';
import { AccessibilityPage } from './view/AccessibilityPage.tsx';
import { DataPage } from './view/DataPage.tsx';
import { HomePage } from './view/HomePage.tsx';
import type { HomeDesk } from './view/homeDesk.ts';
import { HerePage } from './view/HerePage.tsx';
import type { HereAnswer } from './view/HerePage.tsx';

const FETCH_MS = 8_000;
const fetcher: Fetch = (path, init) => fetch(path, { ...init, signal: AbortSignal.timeout(FETCH_MS) });

/** A token that is no longer anybody's is forgotten: then the page asks who one is. */
const STALE: ReadonlySet<string> = new Set(['unauthorized', 'revoked']);

const say = async (code: string, who: Declared | null): Promise<HereAnswer> => {
  const got = await checkIn(fetcher, code, who, lastToken());
  if (!got.ok) {
    if (!STALE.has(got.code)) return { ok: false, code: got.code };
    forgetLastToken();
    return who === null ? { ok: false, code: 'bad-name' } : say(code, who);
  }
  if (got.value.personToken !== null) keepLastToken(got.value.personToken);
  return { ok: true, value: got.value };
};

const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

const save = (file: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), FETCH_MS);
};

const homeDesk = (token: string): HomeDesk => {
  const office = new Office(fetcher, token);
  return {
    home: () => office.home(),
    create: (wanted) => office.create(wanted),
    end: (id) => office.end(id),
    reopen: (id) => office.reopen(id),
    people: (id) => office.people(id),
    addPeople: (id, lines) => office.addPeople(id, lines),
    record: (id) => office.record(id),
    saveRecord: async (id, name) => {
      const file = await office.recordFile(id);
      if (file !== null) save(file, name);
      return file !== null;
    },
    copy,
    print: () => window.print(),
  };
};

const PAGES: Readonly<Record<string, { readonly title: string; readonly page: (notice: Notice | null) => ReactElement }>> = {
  '/here': {
    title: 'arrive.title',
    page: (notice) => (
      <HerePage desk={{ code: location.hash.slice(1), known: lastToken() !== null, notice, checkIn: say }} />
    ),
  },
  '/home': { title: 'home.title', page: () => <HomePage desk={homeDesk(location.hash.slice(1))} /> },
  '/donnees-personnelles': { title: 'data.title', page: (notice) => <DataPage notice={notice} /> },
  '/accessibilite': { title: 'declaration.title', page: (notice) => <AccessibilityPage notice={notice} /> },
};

export interface Desk {
  readonly title: string;
  readonly page: ReactElement;
}

/** The page of this address, with the notice once it is known; null for the class itself. */
export const openDesk = async (path: string): Promise<Desk | null> => {
  const found = PAGES[path];
  if (found === undefined) return null;
  const notice = await readNotice(fetcher);
  return { title: found.title, page: found.page(notice.ok && notice.value.organisation !== '' ? notice.value : null) };
};
