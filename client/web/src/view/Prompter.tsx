// SPDX-License-Identifier: Apache-2.0
// The trainer's prompter: relayed questions only, large, one at a time, marked as answered.
import { Button } from 'react-aria-components';
import { questions, relays, trains } from '../lesson/places.ts';
import { useLesson, usePage, useText } from './page.ts';

export const Prompter = () => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  const waiting = questions(state);
  const first = waiting[0];
  if (!relays(state) || !trains(state) || first === undefined) return null;
  return (
    <section className="prompter" aria-labelledby="prompter-title">
      <h2 id="prompter-title">{t('prompter.title')}</h2>
      <blockquote aria-live="polite">
        <p className="question">{first.text}</p>
        <p>{first.name}</p>
      </blockquote>
      <div className="actions">
        <Button className="button primary" onPress={() => say({ type: 'message-answered', message: first.message })}>
          {t('relaying.answered-do')}
        </Button>
        {waiting.length > 1 && <p>{t('prompter.more', { count: waiting.length - 1 })}</p>}
      </div>
    </section>
  );
};
