// @vitest-environment jsdom
// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { createElement } from 'react';
import type { LessonEvent } from '../../../client/web/src/lesson/reduce.ts';
import type { State } from '../../../client/web/src/lesson/state.ts';
import type { MessageId, RelayState, Role } from '../../../client/web/src/protocol/messages.ts';
import { Messages } from '../../../client/web/src/view/Messages.tsx';
import { Prompter } from '../../../client/web/src/view/Prompter.tsx';
import { after, id, person, start, welcome } from '../lesson/lesson.ts';
import { shown } from './shown.ts';

const message = (n: number, text: string) => ({
  message: n as MessageId,
  person: id(7),
  name: 'Karim DIALLO',
  to: 'all' as const,
  text,
  at: 1795420801000 + n,
});
const lesson = (you: number, role: Role): State => {
  const first = welcome(you, role);
  return after(start(), {
    ...first,
    people: [...first.people, person(2, 'Ali BEN', 'moderator')],
    messages: [message(4, 'Où est le support\u202f?')],
    capabilities: [...first.capabilities, 'relay'],
  });
};
const relayed = (n: number, state: RelayState, by: number, text?: string): LessonEvent => ({
  type: 'relay.changed',
  seq: 50 + n,
  message: n as MessageId,
  state,
  by: id(by),
  since: 1000 + n,
  ...(text === undefined ? {} : { name: 'Karim DIALLO', text }),
});
const press = (name: string): boolean => fireEvent.click(screen.getByRole('button', { name }));

test('a moderator takes up a message, relays it or gives it back', () => {
  const { said, store } = shown(lesson(2, 'moderator'), createElement(Messages));
  press('Prendre en charge ce message de Karim DIALLO');
  expect(said.at(-1)).toEqual({ type: 'take-message', message: 4 });
  act(() => store.take(relayed(4, 'taken', 2)));
  expect(screen.getByText('Pris en charge par Ali BEN')).toBeTruthy();
  press('Rendre ce message de Karim DIALLO');
  expect(said.at(-1)).toEqual({ type: 'release-message', message: 4 });
  press('Relayer ce message de Karim DIALLO');
  expect(said.at(-1)).toEqual({ type: 'relay-message', message: 4 });
  act(() => store.take(relayed(4, 'relayed', 2, 'Où est le support\u202f?')));
  expect(screen.queryByRole('button', { name: /^Relayer/ })).toBe(null);
});

test('what another moderator took is out of reach; a learner sees nothing of the relay', () => {
  const { store } = shown(lesson(2, 'moderator'), createElement(Messages));
  act(() => store.take(relayed(4, 'taken', 1)));
  expect(screen.queryByRole('button', { name: /^(Rendre|Relayer|Prendre)/ })).toBe(null);
  shown(lesson(7, 'learner'), createElement(Messages));
  expect(screen.queryByRole('button', { name: /^(Rendre|Relayer|Prendre)/ })).toBe(null);
});

test('the prompter shows relayed questions only, the oldest alone, and marks it answered', () => {
  const state = after(
    lesson(1, 'trainer'),
    relayed(5, 'relayed', 2, 'Deuxième'),
    relayed(4, 'relayed', 2, 'Première'),
    relayed(6, 'taken', 2),
  );
  const { said, store } = shown(state, createElement(Prompter));
  expect(screen.getByRole('region', { name: 'Questions relayées' })).toBeTruthy();
  expect(screen.getByText('Première')).toBeTruthy();
  expect(screen.queryByText('Deuxième')).toBe(null);
  expect(screen.getByText('Encore 1 question')).toBeTruthy();
  press('Répondu');
  expect(said.at(-1)).toEqual({ type: 'message-answered', message: 4 });
  act(() => store.take(relayed(4, 'answered', 1)));
  expect(screen.getByText('Deuxième')).toBeTruthy();
  act(() => store.take({ type: 'message.deleted', seq: 70, message: 5 as MessageId }));
  expect(screen.queryByRole('region')).toBe(null);
});

test('a moderator has no prompter', () => {
  shown(after(lesson(2, 'moderator'), relayed(4, 'relayed', 2, 'Première')), createElement(Prompter));
  expect(screen.queryByRole('region')).toBe(null);
});
