// SPDX-License-Identifier: Apache-2.0
// What the facts of this page (devices, connection, what was opened or chosen) do to the state.
import type { LocalEvent, State } from './state.ts';

const latestMessage = (state: State): number => state.messages.at(-1)?.message ?? 0;

/** Messages count as seen while their tab is open. */
const seeing = (state: State): State =>
  state.here.panelOpen && state.here.tab === 'messages' && state.here.seenMessage !== latestMessage(state)
    ? { ...state, here: { ...state.here, seenMessage: latestMessage(state) } }
    : state;

const settled = (state: State, key: string, failed: string | null): State => ({
  ...state,
  drafts:
    failed === null
      ? state.drafts.filter((draft) => draft.key !== key)
      : state.drafts.map((draft) => (draft.key === key ? { ...draft, failed } : draft)),
});

export const reduceHere = (state: State, event: Exclude<LocalEvent, { type: 'list-confirmed' }>): State => {
  switch (event.type) {
    case 'link-read':
      return { ...state, phase: 'prejoin', link: event.link, over: null };
    case 'notice-read':
      return { ...state, notice: event.notice };
    case 'joining':
      return { ...state, phase: 'joining', over: null, fault: null };
    case 'back-to-prejoin':
      return { ...state, phase: 'prejoin', fault: event.fault };
    case 'over':
      return { ...state, phase: 'over', over: event.why, here: { ...state.here, confirm: null } };
    case 'link-changed':
      return { ...state, connection: { is: event.is, since: event.at } };
    case 'media-changed':
      return { ...state, media: event.is };
    case 'own-changed':
      return { ...state, own: { ...state.own, [event.device]: event.now } };
    case 'slot-confirmed':
      return {
        ...state,
        slots: state.slots.map((slot) =>
          slot.mid === event.mid ? { ...slot, confirmed: event.publication } : slot,
        ),
      };
    case 'draft-added':
      return { ...state, drafts: [...state.drafts.filter((d) => d.key !== event.draft.key), event.draft] };
    case 'draft-settled':
      return settled(state, event.key, event.failed);
    case 'request-refused':
      return { ...state, fault: event.code };
    case 'fault-read':
      return { ...state, fault: null };
    case 'chosen':
      return { ...state, choices: { ...state.choices, ...event.choices } };
    case 'place-changed':
      return seeing({ ...state, here: { ...state.here, ...event.place } });
    default:
      event satisfies never;
      return state;
  }
};

export { seeing };
