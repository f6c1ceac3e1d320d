// SPDX-License-Identifier: Apache-2.0
// The main view and the strip under it. What stands where is lesson/select.ts; this measures the room there is.
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { geometry } from '../lesson/layout.ts';
import { nameOf, namedPerson, stage, strip } from '../lesson/select.ts';
import { Tile } from './Tile.tsx';
import { TrackVideo } from './TrackVideo.tsx';
import { useLesson, usePage, useText } from './page.ts';

const OwnScreen = () => {
  const { say } = usePage();
  const t = useText();
  return (
    <div className="stage-empty">
      <p>{t('stage.own-screen')}</p>
      <div className="own-picture">
        <TrackVideo trackKey="own:screen" />
      </div>
      <Button className="button" onPress={() => say({ type: 'toggle-device', device: 'screen', on: false })}>
        {t('stage.stop-screen')}
      </Button>
    </div>
  );
};

const useMeasuredTiles = () => {
  const { here } = useLesson();
  const { say } = usePage();
  const area = useRef<HTMLDivElement>(null);
  const { form, tiles } = here;
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const { tiles: fits } = geometry(form, { width: element.clientWidth, height: element.clientHeight });
      if (fits !== tiles) say({ type: 'place', place: { tiles: fits } });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [form, tiles, say]);
  return area;
};

const StagePicture = () => {
  const state = useLesson();
  const t = useText();
  const { what, picture } = stage(state);
  if (what === 'own-screen') return <OwnScreen />;
  if (picture === null)
    return (
      <div className="stage-empty">
        <p>{t('stage.empty')}</p>
      </div>
    );
  const person = picture.kind === 'slot' ? namedPerson(picture.slot) : null;
  return (
    <>
      <Tile picture={picture} large />
      {what === 'screen' && person !== null && (
        <p className="stage-caption">{t('stage.screen-of', { name: nameOf(state, person) })}</p>
      )}
    </>
  );
};

export const Stage = () => {
  const state = useLesson();
  const t = useText();
  const area = useMeasuredTiles();
  const small = strip(state);
  return (
    <div className="stage-area" ref={area}>
      <section aria-label={t('stage.label')} className="stage">
        <StagePicture />
      </section>
      {small.length > 0 && (
        <section aria-label={t('strip.label')} className="strip">
          <ul>
            {small.map((picture) => (
              <li key={picture.key}>
                <Tile picture={picture} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
};
