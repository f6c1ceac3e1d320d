// SPDX-License-Identifier: Apache-2.0
// What concerns places and time, above the stage: a pause, one's own place, lists of a room to confirm.
import { Button } from 'react-aria-components';
import { hasAttendance, leadsAttendance, ownPlace, siteName } from '../lesson/places.ts';
import { nameOf } from '../lesson/select.ts';
import type { Due } from '../lesson/state.ts';
import { placeText } from '../text/place.ts';
import { timeText } from '../text/time.ts';
import { useLesson, usePage, useText } from './page.ts';

export const PauseLine = () => {
  const state = useLesson();
  const t = useText();
  const until = state.class?.pause ?? null;
  if (until === null || !hasAttendance(state)) return null;
  const time = timeText(until, state.class?.time_zone ?? '', state.choices.language);
  return <p className="notice calm">{t('break.until', { time })}</p>;
};

const OwnPlace = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const place = ownPlace(state);
  if (place === null) return null;
  const site = placeText(siteName(state, place.site));
  return (
    <div className="notice calm" role="group" aria-label={t('place.yours')}>
      <p>{t(place.seated ? 'place.seated' : 'place.again', { site })}</p>
      <Button className="button" onPress={() => say({ type: 'leave-place' })}>
        {t('place.leave')}
      </Button>
    </div>
  );
};

const DueLine = ({ due }: { due: Due }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const { site, period, people } = due;
  const name = placeText(siteName(state, site));
  const said = (person: (typeof people)[number]): string =>
    nameOf(state, person) || (state.expected.find((one) => one.person === person)?.name ?? '');
  return (
    <div className="notice calm" role="group" aria-label={t('confirm-list.label', { site: name })}>
      <p>{t('confirm-list.ask', { count: people.length, site: name, period })}</p>
      <Button className="button primary" onPress={() => say({ type: 'confirm-list', site, period })}>
        {t('confirm-list.yes', { count: people.length, site: name })}
      </Button>
      <details>
        <summary>{t('confirm-list.names')}</summary>
        <ul>
          {people.map((person) => (
            <li key={person}>{said(person)}</li>
          ))}
        </ul>
      </details>
    </div>
  );
};

export const PlaceNotices = () => {
  const state = useLesson();
  return (
    <>
      <PauseLine />
      <OwnPlace />
      {leadsAttendance(state) && state.due.map((due) => <DueLine key={`${due.site}-${due.period}`} due={due} />)}
    </>
  );
};
