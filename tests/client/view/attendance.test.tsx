// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createElement } from 'react';
import type { LessonEvent } from '../../../client/web/src/lesson/reduce.ts';
import type { State } from '../../../client/web/src/lesson/state.ts';
import { CountLine } from '../../../client/web/src/view/CountLine.tsx';
import { MergeDialog } from '../../../client/web/src/view/MergeDialog.tsx';
import { PauseChoice } from '../../../client/web/src/view/PauseChoice.tsx';
import { People } from '../../../client/web/src/view/People.tsx';
import { PlaceNotices } from '../../../client/web/src/view/PlaceNotices.tsx';
import type { Role, Welcome } from '../../../client/web/src/protocol/messages.ts';
import { after, id, person, start, welcome } from '../lesson/lesson.ts';
import { shown } from './shown.ts';

const NBSP = '\u00a0';
const count = (absent: number[]): LessonEvent => ({
  type: 'attendance.count',
  expected: 27,
  present: 21,
  in_room: 9,
  absent: absent.map(id),
});

const lesson = (you: number, role: Role, more: Partial<Welcome> = {}): State => {
  const first = welcome(you, role);
  return after(start(), {
    ...first,
    class: { ...first.class, sites: [{ site: 1, name: 'Salle B12' }], period: 1 },
    expected: [
      { person: id(12), name: 'ZOLA Emma', organisation: 'Mairie de Lyon' },
      { person: id(13), name: 'BERNARD Paul', organisation: '' },
    ],
    capabilities: [...first.capabilities, 'attendance', 'relay'],
    ...more,
  });
};
const menuOf = async (name: string): Promise<readonly string[]> => {
  fireEvent.click(screen.getByRole('button', { name: `Actions pour ${name}` }));
  const menu = await screen.findByRole('menu');
  return within(menu)
    .getAllByRole('menuitem')
    .map((item) => item.textContent ?? '');
};

test('those who lead read the numbers; a learner and an older server show none', () => {
  shown(after(lesson(1, 'trainer'), count([12])), createElement(CountLine));
  const items = within(screen.getByRole('list', { name: 'Présence en chiffres' })).getAllByRole('listitem');
  expect(items.map((item) => item.textContent)).toEqual(['attendus 27', 'présents 21', 'en salle 9']);
  shown(after(lesson(7, 'learner'), count([12])), createElement(CountLine));
  expect(screen.queryByRole('list')).toBe(null);
  shown(after(lesson(1, 'trainer', { capabilities: ['messages'] }), count([12])), createElement(CountLine));
  expect(screen.queryByRole('list')).toBe(null);
});

test('the trainer alone is told that nobody moderates', () => {
  shown(lesson(1, 'trainer'), createElement(CountLine));
  expect(screen.getByText('Aucune personne à la modération')).toBeTruthy();
  const joined: LessonEvent = { type: 'person.joined', seq: 11, person: person(2, 'Ali BEN', 'moderator') };
  shown(after(lesson(1, 'trainer'), joined), createElement(CountLine));
  expect(screen.queryByText('Aucune personne à la modération')).toBe(null);
});

test('who is missing stands there by name, and is noted in a room from there', async () => {
  const { said } = shown(after(lesson(1, 'trainer'), count([12, 13])), createElement(People));
  expect(screen.getByRole('heading', { name: '2 personnes attendues absentes' })).toBeTruthy();
  const names = within(screen.getByRole('list', { name: 'Personnes attendues absentes' })).getAllByRole('listitem');
  expect(names.map((item) => item.textContent)).toEqual(['BERNARD Paul', 'ZOLA EmmaMairie de Lyon']);
  expect(await menuOf('ZOLA Emma')).toEqual(['Noter en salle B12']);
  fireEvent.click(screen.getByRole('menuitem', { name: 'Noter en salle B12' }));
  expect(said.at(-1)).toEqual({ type: 'tick', person: 12, site: 1 });
});

test('somebody of the list who leaves is missing under their name', () => {
  const listed = { ...person(14, 'Nina ROY', 'learner'), identity: 'list' as const };
  const state = after(
    lesson(1, 'trainer'),
    { type: 'person.joined', seq: 11, person: listed },
    { type: 'person.left', seq: 12, person: id(14), reason: 'network' },
    count([14]),
  );
  shown(state, createElement(People));
  expect(within(screen.getByRole('list', { name: 'Personnes attendues absentes' })).getByText('Nina ROY')).toBeTruthy();
});

test('the list says who sits where, and a seated person may be noted out of the room', async () => {
  const seat: LessonEvent = { type: 'person.changed', seq: 11, person: id(8), site: 1, seated: true };
  shown(after(lesson(2, 'moderator'), seat), createElement(People));
  expect(within(screen.getByRole('list', { name: 'Personnes présentes' })).getByText('En salle B12')).toBeTruthy();
  const actions = await menuOf('Lucie PETIT');
  expect(actions).toContain('Noter hors de la salle');
  // No microphone of one's own beside the room's; merging is the trainer's.
  expect(actions).not.toContain('Donner le micro');
  expect(actions).not.toContain('Réunir avec une autre personne');
});

test('a learner reads where they are noted and takes it back', () => {
  const seat: LessonEvent = { type: 'person.changed', seq: 11, person: id(7), site: 1, seated: true };
  const { said, store } = shown(after(lesson(7, 'learner'), seat), createElement(PlaceNotices));
  expect(screen.getByText('Votre présence est notée en salle B12. Le son passe par la salle.')).toBeTruthy();
  act(() => store.take({ ...seat, seated: false }));
  expect(screen.getByText(/entrez le code affiché dans la salle/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Je ne suis plus en salle' }));
  expect(said.at(-1)).toEqual({ type: 'leave-place' });
});

test('a pause is told to all, with its end in the zone of the class', () => {
  const until = Date.parse('2026-11-23T10:45:00+01:00');
  shown(after(lesson(7, 'learner'), { type: 'pause.changed', seq: 11, until }), createElement(PlaceNotices));
  expect(screen.getByText("Pause jusqu'à 10 h 45.")).toBeTruthy();
});

test('those who lead announce a pause and end it', () => {
  const { said, store } = shown(lesson(1, 'trainer'), createElement(PauseChoice));
  fireEvent.click(screen.getByRole('button', { name: 'Annoncer la pause' }));
  const wish = said.at(-1);
  const until = wish?.type === 'set-pause' ? (wish.until ?? 0) : 0;
  expect(until - Date.now()).toBeGreaterThan(14 * 60_000);
  expect(until % 60_000).toBe(0);
  act(() => store.take({ type: 'pause.changed', seq: 11, until }));
  fireEvent.click(screen.getByRole('button', { name: 'Terminer la pause' }));
  expect(said.at(-1)).toEqual({ type: 'set-pause', until: null });
  shown(lesson(7, 'learner'), createElement(PauseChoice));
  expect(screen.queryByRole('button')).toBe(null);
});

test('the list of a room is confirmed by one button that says how many and where', () => {
  const due: LessonEvent = { type: 'site.confirm_due', site: 1, period: 1, people: [id(7), id(12)] };
  const { said, store } = shown(after(lesson(1, 'trainer'), due), createElement(PlaceNotices));
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual(['Karim DIALLO', 'ZOLA Emma']);
  fireEvent.click(screen.getByRole('button', { name: `2 personnes en salle B12${NBSP}: confirmer` }));
  expect(said.at(-1)).toEqual({ type: 'confirm-list', site: 1, period: 1 });
  act(() => store.take({ type: 'list-confirmed', site: 1, period: 1 }));
  expect(screen.queryByRole('button')).toBe(null);
});

test('two numbers become one person after the trainer chose the name that stays', async () => {
  const state = after(lesson(1, 'trainer'), { type: 'place-changed', place: { merging: id(8) } });
  const { said } = shown(state, createElement(MergeDialog));
  const dialog = await screen.findByRole('dialog', { name: 'Réunir Lucie PETIT avec une autre personne' });
  fireEvent.change(within(dialog).getByRole('combobox', { name: 'Le nom qui reste' }), { target: { value: '12' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Réunir' }));
  expect(said).toContainEqual({ type: 'merge', from: 8, into: 12 });
  expect(screen.queryByRole('dialog')).toBe(null);
});
