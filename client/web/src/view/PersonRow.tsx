// SPDX-License-Identifier: Apache-2.0
// One person in the list: name, role, state in words, and what may be done about them.
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { mayActOn } from '../lesson/select.ts';
import type { Intent } from '../lesson/intents.ts';
import type { State } from '../lesson/state.ts';
import type { Person } from '../protocol/messages.ts';
import { Icon } from './icons.tsx';
import { useLesson, usePage, useText } from './page.ts';

interface Action {
  readonly key: string;
  readonly intent: Intent;
}

const actionsOn = (state: State, { person, ...about }: Person): readonly Action[] => {
  const actions: Action[] = [];
  if (about.on.includes('camera') && person !== state.you?.person)
    actions.push(
      state.here.pinned === person
        ? { key: 'who.unpin', intent: { type: 'pin', person: null } }
        : { key: 'who.pin', intent: { type: 'pin', person } },
    );
  if (!mayActOn(state, { person, ...about })) return actions;
  if (about.on.includes('microphone')) actions.push({ key: 'who.mute', intent: { type: 'mute-person', person } });
  if (about.role === 'learner')
    actions.push(
      about.may.microphone
        ? { key: 'who.take-microphone', intent: { type: 'give-microphone', person, given: false } }
        : { key: 'who.give-microphone', intent: { type: 'give-microphone', person, given: true } },
    );
  if (state.hands.some((hand) => hand.person === person))
    actions.push({ key: 'who.lower-hand', intent: { type: 'lower-hand-of', person } });
  actions.push({ key: 'who.remove', intent: { type: 'ask', confirm: { what: 'remove', person } } });
  return actions;
};

const Actions = ({ person }: { person: Person }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const actions = actionsOn(state, person);
  if (actions.length === 0) return null;
  return (
    <MenuTrigger>
      <Button className="button quiet" aria-label={t('who.actions', { name: person.name })}>
        <Icon name="more" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t('who.actions', { name: person.name })}
          onAction={(key) => {
            const action = actions.find((known) => known.key === key);
            if (action !== undefined) say(action.intent);
          }}
        >
          {actions.map(({ key }) => (
            <MenuItem key={key} id={key} className="menu-item">
              {t(key)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
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
          <span>{t(`role.${person.role}`)}</span>
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
      <Actions person={person} />
    </li>
  );
};
