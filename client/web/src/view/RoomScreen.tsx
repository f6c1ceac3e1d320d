// SPDX-License-Identifier: Apache-2.0
// What a room sees from its last row: the stage, remote faces, hands, the code. Never messages, rights or who is missing.
import { codeOf, siteName } from '../lesson/places.ts';
import { nameOf, stage, strip } from '../lesson/select.ts';
import { placeText } from '../text/place.ts';
import { useLesson, useText } from './page.ts';
import { PauseLine } from './PlaceNotices.tsx';
import { QrCode } from './QrCode.tsx';
import { Tile } from './Tile.tsx';
import { TrackVideo } from './TrackVideo.tsx';

const MOST_FACES = 6;

const Code = ({ site }: { site: number | null }) => {
  const state = useLesson();
  const t = useText();
  const code = codeOf(state, site);
  if (code === null) return null;
  const { origin, host } = location;
  return (
    <section className="room-code" aria-labelledby="room-code-title">
      <h2 id="room-code-title">{t('room.here', { site: placeText(siteName(state, site)) })}</h2>
      <QrCode text={`${origin}/here#${code.code}`} label={t('room.qr')} />
      <p>{`${host}/here`}</p>
      <p className="code">{code.code}</p>
    </section>
  );
};

const RoomHands = () => {
  const state = useLesson();
  const t = useText();
  if (state.hands.length === 0) return null;
  return (
    <section aria-labelledby="room-hands-title">
      <h2 id="room-hands-title">{t('hands.title', { count: state.hands.length })}</h2>
      <ol>
        {state.hands.map(({ person }) => (
          <li key={person}>{nameOf(state, person)}</li>
        ))}
      </ol>
    </section>
  );
};

const Main = () => {
  const state = useLesson();
  const t = useText();
  const { what, picture } = stage(state);
  if (what === 'own-screen') return <TrackVideo trackKey="own:screen" />;
  if (picture === null) return <p className="room-empty">{state.class?.title ?? t('stage.empty')}</p>;
  return <Tile picture={picture} large shown />;
};

export const RoomScreen = ({ site }: { site: number | null }) => {
  const state = useLesson();
  const t = useText();
  const faces = strip(state).filter((picture) => picture.kind !== 'own').slice(0, MOST_FACES);
  return (
    <div className="room-screen">
      <h1 className="only-heard" id="title" tabIndex={-1}>
        {state.class?.title}
      </h1>
      <section aria-label={t('stage.label')} className="stage">
        <Main />
      </section>
      <section className="room-side" tabIndex={0} aria-label={t('room.side')}>
        <PauseLine />
        {faces.length > 0 && (
          <ul className="room-faces" aria-label={t('strip.label')}>
            {faces.map((picture) => (
              <li key={picture.key}>
                <Tile picture={picture} shown />
              </li>
            ))}
          </ul>
        )}
        <RoomHands />
        <Code site={site} />
      </section>
    </div>
  );
};
