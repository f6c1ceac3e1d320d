// SPDX-License-Identifier: Apache-2.0
// Lists and answers derived from the state: who, in which order, what may be shown. Nothing is stored here.
import type { Person, PersonId, Rights, View } from '../protocol/messages.ts';
import { tilesWanted } from './layout.ts';
import type { Slot, State } from './state.ts';

const noRights: Rights = { microphone: false, camera: false, screen: false };
const rank = { trainer: 0, moderator: 1, room: 2, learner: 3 } as const;

export const me = (state: State): Person | null =>
  state.you === null ? null : (state.people[state.you.person] ?? null);

export const rights = (state: State): Rights => me(state)?.may ?? state.link?.may ?? noRights;

export const moderates = (state: State): boolean => state.you?.role === 'trainer' || state.you?.role === 'moderator';

export const nameOf = (state: State, person: PersonId): string => state.people[person]?.name ?? '';

/** Trainers, then moderation, rooms, learners; each by name. Stable: it does not follow who speaks. */
export const peopleInOrder = (state: State): readonly Person[] =>
  Object.values(state.people).sort(
    (a, b) =>
      rank[a.role] - rank[b.role] || a.name.localeCompare(b.name, state.choices.language) || a.person - b.person,
  );

export const handIsUp = (state: State): boolean => state.hands.some((hand) => hand.person === state.you?.person);

export const hasRequested = (state: State): boolean =>
  state.requests.some((request) => request.person === state.you?.person);

export const unread = (state: State): number =>
  state.messages.filter((m) => m.message > state.here.seenMessage && m.person !== state.you?.person).length;

/** What the bar may show: a control exists only when its capability and its right do. */
export interface Controls {
  readonly microphone: boolean;
  readonly request: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly hand: boolean;
  readonly messages: boolean;
  readonly moderation: boolean;
  readonly end: boolean;
}
export const controls = (state: State): Controls => {
  const can = (name: string): boolean => state.capabilities.includes(name);
  const may = rights(state);
  const media = can('media') && state.media !== 'blocked';
  return {
    microphone: media && may.microphone,
    // In a room the microphone is the room's.
    request: media && !may.microphone && state.you?.role === 'learner' && me(state)?.site === null,
    camera: media && may.camera,
    screen: media && may.screen && state.here.canShare,
    hand: can('hands'),
    messages: can('messages') && state.you?.role !== 'room',
    moderation: moderates(state),
    end: state.you?.role === 'trainer',
  };
};

export const mayActOn = (state: State, person: Person): boolean =>
  moderates(state) &&
  person.person !== state.you?.person &&
  (person.role !== 'trainer' || state.you?.role === 'trainer');

/** The name under a picture: only while packets and mapping agree (house rule on identity). */
export const namedPerson = (slot: Slot): PersonId | null =>
  slot.publication !== null && slot.confirmed === slot.publication ? slot.person : null;

export type Picture =
  | { readonly kind: 'slot'; readonly key: string; readonly slot: Slot }
  | { readonly kind: 'own'; readonly key: string }
  | { readonly kind: 'voice'; readonly key: string; readonly slot: Slot };

const picture = (slot: Slot): Picture => ({ kind: 'slot', key: `slot:${slot.mid}`, slot });
const ownPicture: Picture = { kind: 'own', key: 'own:camera' };

const videos = (state: State): readonly Slot[] =>
  state.slots.filter((slot) => slot.kind === 'video' && slot.publication !== null);

const ownIsShown = (state: State): boolean => state.own.camera.is === 'on' && !state.choices.hideSelf;

export interface Stage {
  readonly what: 'screen' | 'own-screen' | 'person' | 'own' | 'empty';
  readonly picture: Picture | null;
}

/** A shared screen first, else the picture pinned here, else the server's stage person; never who speaks. */
export const stage = (state: State): Stage => {
  const shown = videos(state);
  const pinned = state.here.pinned;
  const pin = pinned === null ? undefined : shown.find((s) => s.person === pinned && s.slot !== 'screen');
  if (pin !== undefined) return { what: 'person', picture: picture(pin) };
  const screen = shown.find((slot) => slot.slot === 'screen');
  if (screen !== undefined) return { what: 'screen', picture: picture(screen) };
  if (state.own.screen.is === 'on') return { what: 'own-screen', picture: null };
  const person = shown.find((slot) => slot.slot === 'stage');
  if (person !== undefined) return { what: 'person', picture: picture(person) };
  if (state.you?.role === 'trainer' && ownIsShown(state)) return { what: 'own', picture: ownPicture };
  return { what: 'empty', picture: null };
};

const hasPicture = (state: State, person: PersonId | null): boolean =>
  videos(state).some((slot) => slot.person === person && slot.source === 'camera');

/** Voices without a picture keep a small tile with their name. */
const voices = (state: State): readonly Picture[] =>
  state.slots
    .filter((s) => s.kind === 'audio' && s.source === 'microphone' && s.publication !== null)
    .filter((s) => !hasPicture(state, s.person) && s.person !== state.you?.person)
    .map((slot) => ({ kind: 'voice', key: `voice:${slot.mid}`, slot }));

/** What stands in the strip, in the order of the slots, so that tiles do not change place. */
export const strip = (state: State): readonly Picture[] => {
  const onStage = stage(state).picture?.key;
  const others = videos(state).map(picture);
  const own = ownIsShown(state) ? [ownPicture] : [];
  return [...own, ...others, ...voices(state)].filter((item) => item.key !== onStage);
};

export const viewOf = (state: State): View => ({
  tiles: tilesWanted(state.here.tiles, state.choices.economy, state.here.cpuLimited),
  pinned: state.here.pinned,
  economy: state.choices.economy,
  hidden: state.here.hidden,
});

/** The one sentence about the connection; null when all is well. */
export type Trouble = 'connection-lost' | 'media-lost' | 'media-blocked' | 'connecting';
export const trouble = (state: State): Trouble | null => {
  if (state.connection.is === 'lost') return 'connection-lost';
  if (state.media === 'blocked') return 'media-blocked';
  if (state.media === 'lost') return 'media-lost';
  return state.connection.is === 'connecting' ? 'connecting' : null;
};

export const selfIsHeard = (state: State): boolean => state.own.microphone.is === 'on';
