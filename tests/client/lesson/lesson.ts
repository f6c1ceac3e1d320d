// SPDX-License-Identifier: Apache-2.0
// A small lesson that the tests of lesson/ and view/ start from.
import type { Person, PersonId, PublicationId, Role, ServerMessage, Source, Welcome } from '../../../client/web/src/protocol/messages.ts';
import { reduce } from '../../../client/web/src/lesson/reduce.ts';
import type { LessonEvent } from '../../../client/web/src/lesson/reduce.ts';
import { initialChoices, initialState } from '../../../client/web/src/lesson/state.ts';
import type { State } from '../../../client/web/src/lesson/state.ts';

export const id = (n: number): PersonId => n as PersonId;
export const pub = (n: number): PublicationId => n as PublicationId;

export const person = (n: number, name: string, role: Role, on: Source[] = []): Person => ({
  person: id(n),
  name,
  role,
  identity: 'role',
  connection: 'ok',
  site: null,
  seated: false,
  may: { microphone: role !== 'learner', camera: true, screen: role === 'trainer' },
  on,
});

export const welcome = (you: number, role: Role): Welcome => ({
  type: 'welcome',
  session: 's1',
  seq: 10,
  at: 1795420800000,
  grace_s: 60,
  you: { person: id(you), role },
  class: {
    title: 'Accueillir le public',
    time_zone: 'Europe/Paris',
    state: 'open',
    entrance: 'open',
    periods: [{ from: '2026-11-23T09:00:00+01:00', to: '2026-11-23T12:30:00+01:00' }],
    policy: { microphone: 'request', camera: 'open' },
    sites: [],
    period: null,
    pause: null,
  },
  people: [person(1, 'Anne MARTIN', 'trainer', ['camera']), person(7, 'Karim DIALLO', 'learner'), person(8, 'Lucie PETIT', 'learner')],
  hands: [],
  requests: [],
  messages: [],
  capabilities: ['messages', 'hands', 'media'],
});

export const start = (): State => initialState(initialChoices, { form: 'desktop', canShare: true });
export const after = (state: State, ...events: LessonEvent[]): State => events.reduce(reduce, state);
export const inClass = (you = 7, role: Role = 'learner'): State =>
  after(start(), { type: 'joining' }, welcome(you, role), { type: 'link-changed', is: 'ok', at: 0 }, { type: 'media-changed', is: 'ok' });

export const offer: ServerMessage = {
  type: 'media.offer',
  generation: 1,
  fresh: true,
  sdp: 'v=0',
  slots: [
    { mid: '0', kind: 'audio', slot: 'stage' },
    { mid: '1', kind: 'video', slot: 'stage' },
    { mid: '3', kind: 'video', slot: 'screen' },
    { mid: '4', kind: 'audio', slot: 'free' },
    { mid: '5', kind: 'video', slot: 'free' },
  ],
};

export const fill = (mid: string, publication: number, who: number, source: Source, rtp = 1000): ServerMessage => ({
  type: 'media.slots',
  slots: [{ mid, publication: pub(publication), person: id(who), source, rtp }],
});
