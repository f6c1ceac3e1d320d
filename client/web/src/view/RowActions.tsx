// SPDX-License-Identifier: Apache-2.0
// The menu beside a name: what may be done about this person.
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { Intent } from '../lesson/intents.ts';
import { Icon } from './icons.tsx';
import { usePage, useText } from './page.ts';

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly intent: Intent;
}

export const RowActions = ({ name, actions }: { name: string; actions: readonly Action[] }) => {
  const { say } = usePage();
  const t = useText();
  if (actions.length === 0) return null;
  return (
    <MenuTrigger>
      <Button className="button quiet" aria-label={t('who.actions', { name })}>
        <Icon name="more" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t('who.actions', { name })}
          onAction={(key) => {
            const action = actions.find((known) => known.id === key);
            if (action !== undefined) say(action.intent);
          }}
        >
          {actions.map(({ id, label }) => (
            <MenuItem key={id} id={id} className="menu-item">
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
};
