// SPDX-License-Identifier: Apache-2.0
// Who asks for the microphone; those who lead give it or refuse it.
import { Button } from 'react-aria-components';
import { moderates, nameOf } from '../lesson/select.ts';
import { useLesson, usePage, useText } from './page.ts';

export const MicrophoneRequests = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  if (state.requests.length === 0) return null;
  return (
    <section aria-labelledby="requests-title">
      <h2 id="requests-title">{t('requests.title', { count: state.requests.length })}</h2>
      <ol className="rows" aria-label={t('requests.list')}>
        {state.requests.map(({ person }) => (
          <li key={person} className="row" data-person={person}>
            <span className="who">{nameOf(state, person)}</span>
            {moderates(state) && (
              <span className="actions">
                <Button
                  className="button primary"
                  aria-label={t('requests.give-to', { name: nameOf(state, person) })}
                  onPress={() => say({ type: 'give-microphone', person, given: true })}
                >
                  {t('requests.give')}
                </Button>
                <Button
                  className="button"
                  aria-label={t('requests.refuse-to', { name: nameOf(state, person) })}
                  onPress={() => say({ type: 'refuse-microphone', person })}
                >
                  {t('requests.refuse')}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
};
