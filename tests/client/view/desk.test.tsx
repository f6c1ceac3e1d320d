// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createElement } from 'react';
import type { State } from '../../../client/web/src/lesson/state.ts';
import type { Declared } from '../../../client/web/src/protocol/messages.ts';
import { AccessibilityPage } from '../../../client/web/src/view/AccessibilityPage.tsx';
import { DataPage } from '../../../client/web/src/view/DataPage.tsx';
import { HerePage } from '../../../client/web/src/view/HerePage.tsx';
import type { HereAnswer } from '../../../client/web/src/view/HerePage.tsx';
import { Prejoin } from '../../../client/web/src/view/Prejoin.tsx';
import { after, start, welcome } from '../lesson/lesson.ts';
import { shown } from './shown.ts';

const NBSP = '\u00a0';
const notice = {
  organisation: 'Greta du Rhône',
  contact: 'droits@greta.example',
  purpose: '',
  years: 6,
  messages_months: 3,
  journal_years: 1,
};
const before = (open: boolean): State =>
  after(
    start(),
    { type: 'notice-read', notice },
    {
      type: 'link-read',
      link: { class: welcome(7, 'learner').class, role: 'learner', may: { microphone: false, camera: true, screen: false }, person: null, open },
    },
  );
const fill = (name: string, value: string): boolean => fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });
const desk = (known: boolean, answers: HereAnswer[]) => {
  const asked: [string, Declared | null][] = [];
  const checkIn = (code: string, who: Declared | null): Promise<HereAnswer> => {
    asked.push([code, who]);
    return Promise.resolve(answers.shift() ?? { ok: false, code: 'network' });
  };
  shown(start(), createElement(HerePage, { desk: { code: 'k7m2qx', known, notice, checkIn } }));
  return asked;
};
const send = async (): Promise<void> => {
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Me noter en salle' }));
    await Promise.resolve();
  });
};
const done: HereAnswer = { ok: true, value: { class: 'Accueillir le public', site: 'Salle B12', personToken: null } };

test('before entering one reads what is kept, and where the rights are', () => {
  shown(before(false), createElement(Prejoin));
  expect(
    screen.getByText(new RegExp(`enregistrés par Greta du Rhône pour justifier cette formation, et conservés 6 ans. Vos droits et contact :`)),
  ).toBeTruthy();
  const [link] = screen.getAllByRole('link', { name: 'Données personnelles' });
  expect(link?.getAttribute('href')).toBe('/donnees-personnelles');
  expect(screen.getByRole('link', { name: `Accessibilité${NBSP}: non conforme` }).getAttribute('href')).toBe('/accessibilite');
});

test('the open link asks who one is, all of it', () => {
  const { said } = shown(before(true), createElement(Prejoin));
  fireEvent.click(screen.getByRole('button', { name: 'Rejoindre' }));
  expect(said).toEqual([]);
  expect(screen.getAllByText('Remplissez ce champ.')).toHaveLength(3);
  fill('Nom de famille', ' PETIT ');
  fill('Prénom', 'Lucie');
  fill('Organisation', 'Mairie de Lyon');
  fireEvent.click(screen.getByRole('button', { name: 'Rejoindre' }));
  expect(said.at(-1)).toEqual({
    type: 'join',
    who: { family_name: 'PETIT', given_name: 'Lucie', organisation: 'Mairie de Lyon' },
  });
});

test('a known phone says "I am here" with the code alone', async () => {
  const asked = desk(true, [done]);
  expect(screen.queryByRole('textbox', { name: 'Prénom' })).toBe(null);
  await send();
  expect(asked).toEqual([['K7M2QX', null]]);
  expect(screen.getByRole('status').textContent).toContain(`Votre présence est notée${NBSP}: vous êtes en salle B12.`);
});

test('an unknown phone is asked for a name; an old code is told, and nothing typed is lost', async () => {
  const asked = desk(false, [{ ok: false, code: 'bad-code' }]);
  await send();
  expect(asked).toEqual([]);
  fill('Nom de famille', 'PETIT');
  fill('Prénom', 'Lucie');
  fill('Organisation', 'Mairie de Lyon');
  await send();
  expect(asked).toHaveLength(1);
  expect(screen.getByRole('alert').textContent).toBe("Ce code n'est plus bon. Recopiez celui qui est affiché maintenant.");
  expect(screen.getByRole('textbox', { name: 'Prénom' })).toHaveProperty('value', 'Lucie');
});

test('a code that is too short is not sent', async () => {
  const asked = desk(true, [done]);
  fill('Code affiché dans la salle', 'k7');
  await send();
  expect(asked).toEqual([]);
  expect(screen.getByText('Recopiez les six lettres ou chiffres du code.')).toBeTruthy();
});

test('the pages of rights and accessibility say whom to write to, in both languages', () => {
  shown(start(), createElement(DataPage, { notice }));
  expect(screen.getByRole('heading', { level: 1, name: 'Données personnelles' })).toBeTruthy();
  expect(screen.getByText('droits@greta.example')).toBeTruthy();
  shown(start(), createElement(AccessibilityPage, { notice }), 'en');
  expect(screen.getByRole('heading', { level: 1, name: 'Accessibility' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Accessibility: not conforming' })).toBeTruthy();
});
