// SPDX-License-Identifier: Apache-2.0
// Which view stands for which phase of the visit.
import { useEffect } from 'react';
import { focusOn } from '../a11y/focus.ts';
import { Classroom } from './Classroom.tsx';
import { Ended } from './Ended.tsx';
import { Prejoin } from './Prejoin.tsx';
import { RoomPage } from './RoomPage.tsx';
import { useLesson, useText } from './page.ts';

export const App = () => {
  const { phase, you } = useLesson();
  const t = useText();
  useEffect(() => {
    if (phase === 'in' || phase === 'over') focusOn('title');
  }, [phase]);
  switch (phase) {
    case 'loading':
      return (
        <main className="alone">
          <h1>{t('loading.title')}</h1>
          <p role="status">{t('loading.wait')}</p>
        </main>
      );
    case 'prejoin':
    case 'joining':
      return <Prejoin />;
    case 'in':
      return you?.role === 'room' ? <RoomPage /> : <Classroom />;
    case 'over':
      return <Ended />;
  }
};
