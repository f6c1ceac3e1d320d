// SPDX-License-Identifier: Apache-2.0
// The page after the class, or instead of it: what happened, and one action where there is one.
import { Button } from 'react-aria-components';
import type { Over } from '../lesson/state.ts';
import { useLesson, usePage, useText } from './page.ts';

const ACTIONS: Partial<Record<Over, string>> = {
  left: 'over.come-back',
  moved: 'over.take-here',
  'entrance-closed': 'over.again',
  'class-full': 'over.again',
  refused: 'over.again',
};

export const Ended = () => {
  const { over } = useLesson();
  const { say } = usePage();
  const t = useText();
  const why = over ?? 'refused';
  const action = ACTIONS[why];
  return (
    <main className="alone">
      <h1 id="title" tabIndex={-1}>
        {t(`over.${why}.title`)}
      </h1>
      <p>{t(`over.${why}.text`)}</p>
      {action !== undefined && (
        <Button className="button primary" onPress={() => say({ type: 'come-back' })}>
          {t(action)}
        </Button>
      )}
    </main>
  );
};
