// SPDX-License-Identifier: Apache-2.0
// What this browser keeps: the person token and name for a link, whether this tab is in the class, and choices.
// A browser that refuses storage works, it only forgets.
import { initialChoices } from './lesson/state.ts';
import type { Choices } from './lesson/state.ts';

export interface Kept {
  readonly personToken: string | null;
  readonly name: string;
}

const read = (store: () => Storage, key: string): unknown => {
  try {
    return JSON.parse(store().getItem(key) ?? 'null') as unknown;
  } catch {
    return null;
  }
};

const write = (store: () => Storage, key: string, value: unknown): void => {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full storage refuse: then a reload enters as a new person.
  }
};

const lasting = (): Storage => localStorage;
const tab = (): Storage => sessionStorage;
const personKey = (token: string): string => `amphi.person.${token}`;
const tabKey = (token: string): string => `amphi.in.${token}`;

export const keptPerson = (token: string): Kept => {
  const got = read(lasting, personKey(token)) as Partial<Kept> | null;
  return {
    personToken: typeof got?.personToken === 'string' ? got.personToken : null,
    name: typeof got?.name === 'string' ? got.name : '',
  };
};
export const keepPerson = (token: string, kept: Kept): void => {
  write(lasting, personKey(token), kept);
  if (kept.personToken !== null) keepLastToken(kept.personToken);
};

/** The person this browser was last: who comes with the code of a room is known by it. */
const LAST_KEY = 'amphi.last-person';
export const keepLastToken = (personToken: string): void => write(lasting, LAST_KEY, personToken);
export const forgetLastToken = (): void => write(lasting, LAST_KEY, null);
export const lastToken = (): string | null => {
  const got = read(lasting, LAST_KEY);
  return typeof got === 'string' ? got : null;
};

export const tabIsIn = (token: string): boolean => read(tab, tabKey(token)) === true;
export const setTabIsIn = (token: string, isIn: boolean): void => write(tab, tabKey(token), isIn ? true : null);

export const keptChoices = (browserLanguage: string): Choices => {
  const got = (read(lasting, 'amphi.choices') ?? {}) as Partial<Choices>;
  const language = got.language ?? (browserLanguage.toLowerCase().startsWith('en') ? 'en' : 'fr');
  return {
    language: language === 'en' ? 'en' : 'fr',
    shortcuts: got.shortcuts !== false,
    announcements:
      got.announcements === 'mentions' || got.announcements === 'none' ? got.announcements : initialChoices.announcements,
    hideSelf: got.hideSelf === true,
    economy: got.economy === true,
  };
};
export const keepChoices = (choices: Choices): void => write(lasting, 'amphi.choices', choices);
