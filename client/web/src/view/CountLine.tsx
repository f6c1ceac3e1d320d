// SPDX-License-Identifier: Apache-2.0
// "attendus 27, présents 21, en salle 9": the numbers of those who lead, as they change.
import { leadsAttendance, nobodyModerates, relays, trains } from '../lesson/places.ts';
import { useLesson, useText } from './page.ts';

export const CountLine = () => {
  const state = useLesson();
  const t = useText();
  const { count } = state;
  const alone = relays(state) && trains(state) && nobodyModerates(state);
  return (
    <>
      {count !== null && leadsAttendance(state) && (
        <ul className="numbers" aria-label={t('count.label')}>
          <li>{t('count.expected', { number: count.expected })}</li>
          <li>{t('count.present', { number: count.present })}</li>
          <li>{t('count.in-room', { number: count.in_room })}</li>
        </ul>
      )}
      {alone && <p>{t('relaying.nobody')}</p>}
    </>
  );
};
