// SPDX-License-Identifier: Apache-2.0
// The page of a room's device: what the room sees, its own bar, and its sound.
import { me } from '../lesson/select.ts';
import { Banner } from './Banner.tsx';
import { Bar } from './Bar.tsx';
import { RoomScreen } from './RoomScreen.tsx';
import { Sounds } from './Sounds.tsx';
import { useLesson } from './page.ts';

export const RoomPage = () => {
  const state = useLesson();
  return (
    <div className="room-page">
      <main className="room-main">
        <Banner />
        <RoomScreen site={me(state)?.site ?? null} />
      </main>
      <Bar />
      <Sounds />
    </div>
  );
};
