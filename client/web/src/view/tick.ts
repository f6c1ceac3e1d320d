// SPDX-License-Identifier: Apache-2.0
// The actions that note somebody in a place, or remote again.
import { leadsAttendance, sites } from '../lesson/places.ts';
import type { State } from '../lesson/state.ts';
import type { PersonId } from '../protocol/messages.ts';
import { placeText } from '../text/place.ts';
import type { Say } from './page.ts';
import type { Action } from './RowActions.tsx';

/** `now`: where they are noted, 0 for nowhere. */
export const tickActions = (state: State, t: Say, person: PersonId, now: number): readonly Action[] => {
  if (!leadsAttendance(state)) return [];
  const into = sites(state)
    .filter(({ site }) => site !== now)
    .map(({ site, name }) => ({
      id: `tick-${site}`,
      label: t('place.tick', { site: placeText(name) }),
      intent: { type: 'tick', person, site } as const,
    }));
  const out = { id: 'untick', label: t('place.untick'), intent: { type: 'tick', person, site: null } as const };
  return now === 0 ? into : [...into, out];
};
