// SPDX-License-Identifier: Apache-2.0
// One picture or voice as a named group: "NAME, role, camera off". No name while packets and mapping disagree.
import { ToggleButton } from 'react-aria-components';
import { me, nameOf, namedPerson } from '../lesson/select.ts';
import type { Picture } from '../lesson/select.ts';
import type { State } from '../lesson/state.ts';
import { Icon } from './icons.tsx';
import { TrackVideo } from './TrackVideo.tsx';
import { useLesson, usePage, useText } from './page.ts';
import type { Say } from './page.ts';

const labelOf = (state: State, picture: Picture, t: Say): string => {
  if (picture.kind === 'own') return t('tile.you');
  const person = namedPerson(picture.slot);
  if (person === null) return '';
  const name = nameOf(state, person);
  return picture.slot.source === 'screen' ? t('tile.screen', { name }) : name;
};

const describe = (state: State, picture: Picture, t: Say): string => {
  const label = labelOf(state, picture, t);
  if (label === '') return t('tile.unnamed');
  const person = picture.kind === 'own' ? me(state) : state.people[namedPerson(picture.slot) ?? -1];
  const parts = [label];
  if (person !== null && person !== undefined) parts.push(t(`role.${person.role}`));
  if (picture.kind === 'voice') parts.push(t('tile.camera-off'));
  return parts.join(', ');
};

const PinButton = ({ picture }: { picture: Picture }) => {
  const state = useLesson();
  const { say } = usePage();
  const t = useText();
  if (picture.kind !== 'slot' || picture.slot.source !== 'camera') return null;
  const person = namedPerson(picture.slot);
  if (person === null) return null;
  return (
    <ToggleButton
      className="button pin"
      aria-label={t('tile.pin', { name: nameOf(state, person) })}
      isSelected={state.here.pinned === person}
      onChange={(pinned) => say({ type: 'pin', person: pinned ? person : null })}
    >
      <Icon name="pin" />
    </ToggleButton>
  );
};

/** `shown`: on the projector, for eyes only. */
export const Tile = ({ picture, large = false, shown = false }: { picture: Picture; large?: boolean; shown?: boolean }) => {
  const state = useLesson();
  const t = useText();
  const person = picture.kind === 'own' ? (state.you?.person ?? null) : namedPerson(picture.slot);
  const speaks = person !== null && state.speakers.includes(person);
  const trackKey = picture.kind === 'own' ? 'own:camera' : `slot:${picture.slot.mid}`;
  return (
    <div
      role="group"
      aria-label={describe(state, picture, t)}
      className={`tile ${picture.kind} ${large ? 'large' : ''} ${speaks ? 'speaks' : ''}`}
      data-slot={picture.kind === 'own' ? 'own' : picture.slot.mid}
      data-person={person ?? undefined}
    >
      {picture.kind !== 'voice' && <TrackVideo trackKey={trackKey} mirrored={picture.kind === 'own'} />}
      <p className="tile-name" aria-hidden="true">
        {speaks && <Icon name="wave" />}
        <span>{labelOf(state, picture, t)}</span>
      </p>
      {!shown && <PinButton picture={picture} />}
    </div>
  );
};
