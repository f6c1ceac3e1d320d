// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createElement } from 'react';
import { decodeHome, decodeRecord } from '../../../client/web/src/protocol/decode_home.ts';
import type { Added, NewClass } from '../../../client/web/src/protocol/home.ts';
import { HomePage } from '../../../client/web/src/view/HomePage.tsx';
import type { HomeDesk, Told } from '../../../client/web/src/view/homeDesk.ts';
import { start } from '../lesson/lesson.ts';
import { shown } from './shown.ts';

const raw = {
  trainer: { trainer: 1, name: 'Anne MARTIN' },
  classes: [
    {
      id: 'c1', title: 'Accueillir le public', time_zone: 'Europe/Paris', state: 'open', help: '01 02 03 04 05',
      periods: [{ from: '2026-11-23T09:00:00+01:00', to: '2026-11-23T12:30:00+01:00' }],
      sites: [{ site: 1, name: 'Salle B12', link: 'https://a.example/join#R1' }],
      links: { trainer: 'https://a.example/join#T', moderator: 'https://a.example/join#M', learner: 'https://a.example/join#L', room: 'https://a.example/join#R' },
    },
    {
      id: 'c2', title: 'Hier', time_zone: 'Europe/Paris', state: 'ended', periods: [], sites: [],
      links: { trainer: 't', moderator: 'm', learner: 'l', room: 'r' },
    },
  ],
};
const cell = {
  period: 1, state: 'over', modality: 'site', how: 'code', first: Date.parse('2026-11-23T09:04:00+01:00'), last: null, minutes: 206.5,
  percent: 98.3, late: true, early: false, absent: false, note: null,
};
const record = {
  organisation: { name: 'Greta du Rhône', number: null }, title: 'Accueillir le public', time_zone: 'Europe/Paris', version: 1,
  planned_minutes: 210, periods: [{ period: 1, from: Date.parse('2026-11-23T09:00:00+01:00'), to: Date.parse('2026-11-23T12:30:00+01:00') }],
  trainers: [{ name: 'Anne MARTIN' }], count: { expected: 1, present: 1, in_room: 1 }, sentence: 'Ce relevé ne vaut pas signature.',
  chain: { event: 17, head: 'ab12' },
  people: [{ person: 12, name: 'Lucie PETIT', organisation: null, identity: 'list', periods: [cell], total: { minutes: 206.5, percent: 98.3 } }],
};
const told = <T,>(value: T): Promise<Told<T>> => Promise.resolve({ ok: true, value });
const read = <T,>(got: { ok: true; event: T } | { ok: false }): T => {
  if (!got.ok) throw new Error('unreadable');
  return got.event;
};

const opened = async (over: Partial<HomeDesk> = {}) => {
  const done: string[] = [];
  const desk: HomeDesk = {
    home: () => told(read(decodeHome(raw))),
    create: () => told(null),
    end: (id) => (done.push(`end ${id}`), told(null)),
    reopen: (id) => (done.push(`reopen ${id}`), told(null)),
    people: () => told({ people: [{ person: 12, name: 'Lucie PETIT', role: 'learner', link: 'https://a.example/join#P' }] }),
    addPeople: () => told<Added>({ people: [{ person: 13 }], errors: [{ line: 2, code: 'no-given-name' }] }),
    record: () => told(read(decodeRecord(record))),
    saveRecord: (_id, name) => (done.push(`save ${name}`), Promise.resolve(true)),
    copy: (text) => (done.push(text), Promise.resolve(true)),
    print: () => done.push('print'),
    ...over,
  };
  await act(async () => {
    shown(start(), createElement(HomePage, { desk }));
    await Promise.resolve();
  });
  return done;
};
const press = async (name: string, at = 0): Promise<void> => {
  await act(async () => {
    fireEvent.click(screen.getAllByRole('button', { name })[at] as HTMLElement);
    await Promise.resolve();
  });
};

test('own classes stand in the order of the server, each with its state', async () => {
  await opened();
  const cards = screen.getAllByRole('article');
  expect(cards.map((card) => within(card).getByRole('heading', { level: 3 }).textContent)).toEqual(['Accueillir le public', 'Hier']);
  expect(within(cards[0] as HTMLElement).getByRole('link', { name: 'Entrer dans la séance' }).getAttribute('href')).toBe('https://a.example/join#T');
  expect(within(cards[1] as HTMLElement).getByText('Séance terminée')).toBeTruthy();
});

test('a link that does not work says so and offers nothing', async () => {
  await opened({ home: () => Promise.resolve({ ok: false, code: 'unauthorized' }) });
  expect(screen.getByRole('alert').textContent).toContain('Ce lien personnel ne marche pas.');
  expect(screen.queryByRole('button', { name: 'Préparer une séance' })).toBe(null);
});

test('a class of two periods is created with the offset of its zone', async () => {
  const asked: NewClass[] = [];
  await opened({ create: (wanted) => (asked.push(wanted), told(null)) });
  await press('Préparer une séance');
  await press('Créer la séance');
  expect(screen.getByRole('alert').textContent).toContain('Il manque le titre ou une date');
  const set = (name: string, value: string): boolean => fireEvent.change(screen.getByLabelText(name), { target: { value } });
  set('Titre de la séance', 'Premiers pas');
  set('Fuseau horaire', 'Pacific/Noumea');
  set('Jour', '2026-11-23');
  set('Lieux', 'Salle B12\n\n Mairie ');
  await press('Ajouter une période');
  await press('Créer la séance');
  expect(asked).toEqual([
    {
      title: 'Premiers pas',
      time_zone: 'Pacific/Noumea',
      periods: [
        { from: '2026-11-23T09:00:00+11:00', to: '2026-11-23T12:30:00+11:00' },
        { from: '2026-11-23T14:00:00+11:00', to: '2026-11-23T17:00:00+11:00' },
      ],
      sites: [{ site: 1, name: 'Salle B12' }, { site: 2, name: 'Mairie' }],
      open_link: false,
      help: '',
    },
  ]);
});

test('the invitation holds title, times with their zone, link and contact', async () => {
  const done = await opened();
  await press('Inviter');
  await press('Copier\u00a0: Invitation');
  expect(done[0]).toContain('Accueillir le public\nlundi 23 novembre 2026, de 9\u00a0h\u00a000 à 12\u00a0h\u00a030 (heure de Europe/Paris)');
  expect(done[0]).toContain('https://a.example/join#L');
  expect(done[0]).toContain('01 02 03 04 05');
  expect(screen.getByText('Copié.')).toBeTruthy();
});

test('pasted people are added; lines that could not be read are told', async () => {
  await opened();
  await press('Personnes attendues');
  expect(screen.getByRole('textbox', { name: 'Liens personnels' })).toHaveProperty('value', 'Lucie PETIT : https://a.example/join#P');
  fireEvent.change(screen.getByRole('textbox', { name: 'Coller une liste' }), { target: { value: 'PETIT Lucie\nROY' } });
  await press('Ajouter à la liste');
  expect(screen.getByText('1 personne ajoutée.')).toBeTruthy();
  expect(screen.getByText('Ligne 2 : il manque le prénom')).toBeTruthy();
});

test('ending is asked first, re-opening is not', async () => {
  const done = await opened();
  await press('Terminer pour tous');
  expect(done).toEqual([]);
  await press('Terminer pour tous');
  await press('Rouvrir la séance');
  expect(done).toEqual(['end c1', 'reopen c2']);
});

test('the record is a table by person and period, saved and printed from there', async () => {
  const done = await opened();
  await press('Relevé de présence');
  const table = screen.getByRole('table');
  expect(within(table).getByRole('rowheader', { name: /^Lucie PETIT/ })).toBeTruthy();
  const row = within(table).getAllByRole('row')[1] as HTMLElement;
  expect(within(row).getAllByRole('cell').map((one) => one.textContent)).toEqual(['1', 'en salle', 'code', '9\u00a0h\u00a004', '', '206,5', '98,3', 'retard']);
  expect(screen.getByText('Ce relevé ne vaut pas signature.')).toBeTruthy();
  await press('Télécharger pour un tableur');
  await press('Imprimer');
  expect(done).toEqual(['save Relevé de présence - Accueillir le public.csv', 'print']);
});
