// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { act, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { createElement } from 'react';
import type { MessageId } from '../../../client/web/src/protocol/messages.ts';
import { RoomPage } from '../../../client/web/src/view/RoomPage.tsx';
import { RoomScreen } from '../../../client/web/src/view/RoomScreen.tsx';
import { RoomWindow } from '../../../client/web/src/view/RoomWindow.tsx';
import { after, id, person, start, welcome } from '../lesson/lesson.ts';
import { shown } from './shown.ts';

beforeEach(() => vi.unstubAllGlobals());

const NNBSP = '\u202f';
const room = (you: number, role: 'room' | 'trainer') => {
  const first = welcome(you, role);
  return after(start(), {
    ...first,
    class: { ...first.class, sites: [{ site: 1, name: 'Salle B12' }] },
    people: [...first.people, { ...person(9, 'Salle B12', 'room'), site: 1 }],
    hands: [{ person: id(7), since: 1 }],
    messages: [{ message: 4 as MessageId, person: id(7), name: 'Karim DIALLO', to: 'moderators', text: 'Entre nous', at: 1 }],
    codes: [{ site: 1, code: 'K7M2QX', until: 9 }],
    capabilities: [...first.capabilities, 'attendance', 'relay'],
  });
};

test('the projector shows hands and the code of the room, and no message', () => {
  const { store } = shown(room(9, 'room'), createElement(RoomPage));
  expect(screen.getByRole('region', { name: 'Vue principale' })).toBeTruthy();
  expect(screen.getByText('Karim DIALLO')).toBeTruthy();
  expect(screen.getByRole('heading', { name: `Vous êtes en salle B12${NNBSP}? Dites-le avec ce code` })).toBeTruthy();
  expect(screen.getByRole('img', { name: 'Code à photographier pour se noter en salle' })).toBeTruthy();
  expect(screen.getByText('K7M2QX')).toBeTruthy();
  expect(screen.queryByText('Entre nous')).toBe(null);
  expect(screen.queryByRole('list', { name: 'Messages de la séance' })).toBe(null);
  act(() => store.take({ type: 'site.code', site: 1, code: 'ABC234', until: 10 }));
  expect(screen.getByText('ABC234')).toBeTruthy();
});

test('a code of another place is not shown', () => {
  shown(room(1, 'trainer'), createElement(RoomScreen, { site: 2 }));
  expect(screen.queryByText('K7M2QX')).toBe(null);
});

test('the trainer opens the view of the room as a second window with the rules of the page, and without sound', () => {
  const style = document.createElement('style');
  style.textContent = '.room-screen { color: red; }';
  document.head.append(style);
  const other = document.implementation.createHTMLDocument();
  let rules = '';
  // jsdom has no sheets of this kind: what they are given is looked at.
  const CSSStyleSheet = class {
    replaceSync(text: string): void {
      rules = text;
    }
  };
  vi.stubGlobal('open', () => ({ document: other, CSSStyleSheet, addEventListener: () => undefined, close: () => undefined }));
  shown(room(1, 'trainer'), createElement(RoomWindow));
  act(() => screen.getByRole('button', { name: 'Ouvrir la vue de la salle' }).click());
  expect(other.body.textContent).toContain('K7M2QX');
  expect(rules).toContain('.room-screen');
  expect(other.querySelectorAll('audio')).toHaveLength(0);
});

test('others have no such button', () => {
  const moderator = after(room(1, 'trainer'), { ...welcome(2, 'moderator'), capabilities: ['attendance'] });
  shown(moderator, createElement(RoomWindow));
  expect(screen.queryByRole('button')).toBe(null);
});
