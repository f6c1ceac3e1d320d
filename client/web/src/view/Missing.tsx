// SPDX-License-Identifier: Apache-2.0
// Who of the list is not here, by name; those without a phone are noted in a room from this list.
import { absent, leadsAttendance } from '../lesson/places.ts';
import { useLesson, useText } from './page.ts';
import { RowActions } from './RowActions.tsx';
import { tickActions } from './tick.ts';

export const Missing = () => {
  const state = useLesson();
  const t = useText();
  const people = absent(state);
  if (!leadsAttendance(state) || people.length === 0) return null;
  return (
    <section aria-labelledby="missing-title">
      <h2 id="missing-title">{t('missing.title', { count: people.length })}</h2>
      <ul className="rows" aria-label={t('missing.list')}>
        {people.map(({ person, name, organisation }) => (
          <li key={person} className="row" data-person={person}>
            <span className="who">
              {name}
              {organisation !== '' && <span className="hint">{organisation}</span>}
            </span>
            <RowActions name={name} actions={tickActions(state, t, person, 0)} />
          </li>
        ))}
      </ul>
    </section>
  );
};
