// SPDX-License-Identifier: Apache-2.0
// One person in the list: name, role, state in words, and what may be done about them.
import { hasAttendance, leadsAttendance, siteName, trains } from '../lesson/places.ts';
import { mayActOn } from '../lesson/select.ts';
import type { Intent } from '../lesson/intents.ts';
import type { State } from '../lesson/state.ts';
import type { Person } from '../protocol/messages.ts';
import { placeText } from '../text/place.ts';
import { Icon } from './icons.tsx';
import { useLesson, useText } from './page.ts';
import type { Say } from './page.ts';
import { RowActions } from './RowActions.tsx';
import type { Action } from './RowActions.tsx';
import { tickActions } from './tick.ts';

const LABELS = {
  pin: 'who.pin',
  unpin: 'who.unpin',
  mute: 'who.mute',
  give: 'who.give-microphone',
  take: 'who.take-microphone',
  hand: 'who.lower-hand',
  merge: 'who.merge',
  remove: 'who.remove',
} as const;

const actionsOn = (state: State, t: Say, { person, ...about }: Person): readonly Action[] => {
  const actions: Action[] = [];
  const add = (id: keyof typeof LABELS, intent: Intent): number => actions.push({ id, label: t(LABELS[id]), intent });
  if (about.on.includes('camera') && person !== state.you?.person) {
    if (state.here.pinned === person) add('unpin', { type: 'pin', person: null });
    else add('pin', { type: 'pin', person });
  }
  const ticks = about.role === 'room' ? [] : tickActions(state, t, person, about.site ?? 0);
  if (!mayActOn(state, { person, ...about })) return person === state.you?.person ? [...actions, ...ticks] : actions;
  if (about.on.includes('microphone')) add('mute', { type: 'mute-person', person });
  if (about.role === 'learner' && about.site === null) {
    if (about.may.microphone) add('take', { type: 'give-microphone', person, given: false });
    else add('give', { type: 'give-microphone', person, given: true });
  }
  if (state.hands.some((hand) => hand.person === person)) add('hand', { type: 'lower-hand-of', person });
  actions.push(...ticks);
  if (leadsAttendance(state) && trains(state)) add('merge', { type: 'place', place: { merging: person } });
  add('remove', { type: 'ask', confirm: { what: 'remove', person } });
  return actions;
};

/** A learner is somewhere: in a room, or remote. */
const placeOf = (state: State, t: Say, { role, site, seated }: Person): string => {
  if (site === null || !hasAttendance(state)) return t(`role.${role}`);
  const place = t(seated || role === 'room' ? 'place.in' : 'place.in-again', { site: placeText(siteName(state, site)) });
  return role === 'learner' ? place : `${t(`role.${role}`)}, ${place}`;
};

export const PersonRow = ({ person }: { person: Person }) => {
  const state = useLesson();
  const t = useText();
  const isYou = person.person === state.you?.person;
  const hand = state.hands.some((item) => item.person === person.person);
  return (
    <li className="row" data-person={person.person}>
      <span className="who">
        <span>
          {person.name}
          {isYou && ` ${t('who.you')}`}
        </span>
        <span className="states">
          <span>{placeOf(state, t, person)}</span>
          {person.identity === 'declared' && leadsAttendance(state) && <span>{t('who.declared')}</span>}
          {hand && (
            <span className="state">
              <Icon name="hand" /> {t('who.hand-up')}
            </span>
          )}
          {person.on.includes('microphone') && (
            <span className="state">
              <Icon name="microphone" /> {t('who.microphone-on')}
            </span>
          )}
          {person.on.includes('camera') && (
            <span className="state">
              <Icon name="camera" /> {t('who.camera-on')}
            </span>
          )}
          {person.on.includes('screen') && (
            <span className="state">
              <Icon name="screen" /> {t('who.screen-on')}
            </span>
          )}
          {person.connection === 'lost' && (
            <span className="state bad">
              <Icon name="alert" /> {t('who.connection-lost')}
            </span>
          )}
        </span>
      </span>
      <RowActions name={person.name} actions={actionsOn(state, t, person)} />
    </li>
  );
};
