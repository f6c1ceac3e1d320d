// SPDX-License-Identifier: Apache-2.0
// Raised hands in order, each since when; those who lead lower them one by one.
import { Button } from 'react-aria-components';
import { moderates, nameOf } from '../lesson/select.ts';
import { timeText } from '../text/time.ts';
import { useLesson, usePage, useText } from './page.ts';

export const Hands = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  if (state.hands.length === 0) return null;
  return (
    <section aria-labelledby="hands-title">
      <h2 id="hands-title">{t('hands.title', { count: state.hands.length })}</h2>
      <ol className="rows" aria-label={t('hands.list')}>
        {state.hands.map(({ person, since }) => (
          <li key={person} className="row" data-person={person}>
            <span className="who">
              {nameOf(state, person)}
              <span className="hint">
                {t('hands.since', { time: timeText(since, state.class?.time_zone ?? '', state.choices.language) })}
              </span>
            </span>
            {moderates(state) && (
              <Button
                className="button"
                aria-label={t('hands.lower-of', { name: nameOf(state, person) })}
                onPress={() => say({ type: 'lower-hand-of', person })}
              >
                {t('hands.lower')}
              </Button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
};
