// SPDX-License-Identifier: Apache-2.0
// Who is present, after who waits (hands in the server's order, then requests for the microphone); then who is missing.
import { peopleInOrder } from '../lesson/select.ts';
import { Hands } from './Hands.tsx';
import { MicrophoneRequests } from './MicrophoneRequests.tsx';
import { Missing } from './Missing.tsx';
import { PersonRow } from './PersonRow.tsx';
import { useLesson, useText } from './page.ts';

export const People = () => {
  const state = useLesson();
  const t = useText();
  const people = peopleInOrder(state);
  return (
    <div className="people">
      <Hands />
      <MicrophoneRequests />
      <h2>{t('people.title', { count: people.length })}</h2>
      <ul className="rows" aria-label={t('people.list')}>
        {people.map((person) => (
          <PersonRow key={person.person} person={person} />
        ))}
      </ul>
      <Missing />
    </div>
  );
};
