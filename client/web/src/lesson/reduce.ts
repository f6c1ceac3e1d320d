// SPDX-License-Identifier: Apache-2.0
// reduce(state, event): what each fact does to the state. Pure; a list of events replays a lesson.
// Facts of this page itself are in here.ts.
import type { ChatMessage, MediaOffer, Person, PersonChanged, PersonId, ServerMessage, Since, SlotChange, Welcome } from '../protocol/messages.ts';
import { missing, reduceAttendance, welcomedAttendance, withoutExpected, withoutRelay } from './attendance.ts';
import { reduceHere } from './here.ts';
import type { LocalEvent, Slot, State } from './state.ts';

export type LessonEvent = ServerMessage | LocalEvent;

/** As many lines as the server keeps for late joiners (PROTOCOL.md §6). */
const MESSAGES_KEPT = 500;

const without = (list: readonly Since[], person: PersonId): readonly Since[] =>
  list.filter((item) => item.person !== person);

const withSince = (list: readonly Since[], person: PersonId, since: number): readonly Since[] =>
  list.some((item) => item.person === person) ? list : [...list, { person, since }];

const withPerson = (state: State, person: Person): State => ({
  ...state,
  people: { ...state.people, [person.person]: person },
});

const welcomed = (state: State, event: Welcome): State => ({
  ...state,
  phase: 'in',
  you: event.you,
  class: event.class,
  people: Object.fromEntries(event.people.map((person) => [person.person, person])),
  hands: event.hands,
  requests: event.requests,
  messages: event.messages,
  drafts: state.drafts.filter((draft) => !event.messages.some((message) => message.key === draft.key)),
  ...welcomedAttendance(event),
  capabilities: event.capabilities,
  fault: null,
  here:
    state.phase === 'in'
      ? state.here
      : { ...state.here, seenMessage: event.messages.at(-1)?.message ?? 0 },
});

const changed = (state: State, event: PersonChanged): State => {
  const known = state.people[event.person];
  if (known === undefined) return state;
  const { connection, may, on, name, site, seated } = event;
  return withPerson(state, {
    ...known,
    ...(connection === undefined ? {} : { connection }),
    ...(may === undefined ? {} : { may }),
    ...(on === undefined ? {} : { on }),
    ...(name === undefined ? {} : { name }),
    ...(site === undefined ? {} : { site }),
    ...(seated === undefined ? {} : { seated }),
  });
};

const gone = (state: State, person: PersonId, moved: boolean): State => {
  return {
    ...state,
    expected: moved ? withoutExpected(state.expected, person) : missing(state.expected, state.people[person]),
    people: Object.fromEntries(Object.entries(state.people).filter(([, known]) => known.person !== person)),
    hands: without(state.hands, person),
    requests: without(state.requests, person),
    speakers: state.speakers.filter((speaker) => speaker !== person),
    here: state.here.pinned === person ? { ...state.here, pinned: null } : state.here,
  };
};

const said = (state: State, message: ChatMessage): State => {
  if (state.messages.some((known) => known.message === message.message)) return state;
  return {
    ...state,
    messages: [...state.messages, message].slice(-MESSAGES_KEPT),
    drafts: state.drafts.filter((draft) => draft.key !== message.key),
  };
};

const emptySlot = { publication: null, person: null, source: null, rtp: null, confirmed: null } as const;

const offered = (state: State, event: MediaOffer): State => ({
  ...state,
  slots: event.slots.map((slot): Slot => {
    const known = event.fresh ? undefined : state.slots.find((old) => old.mid === slot.mid);
    return { ...emptySlot, ...known, ...slot };
  }),
});

const filled = (slot: Slot, change: SlotChange | undefined): Slot => {
  if (change === undefined) return slot;
  if (change.publication === null) return { ...slot, ...emptySlot };
  const { publication, person, source } = change;
  const confirmed = slot.confirmed === publication ? publication : null;
  return { ...slot, publication, person, source, rtp: change.rtp ?? null, confirmed };
};

const mapped = (state: State, changes: readonly SlotChange[]): State => ({
  ...state,
  slots: state.slots.map((slot) => filled(slot, changes.find((change) => change.mid === slot.mid))),
});

const withClass = (state: State, part: Partial<NonNullable<State['class']>>): State =>
  state.class === null ? state : { ...state, class: { ...state.class, ...part } };

/** Done by session.ts and media.ts. */
const elsewhere = [
  'resumed', 'ping', 'ok', 'fault', 'you.muted', 'you.removed', 'you.moved', 'class.ended', 'media.published', 'media.state',
] as const;

const isElsewhere = (event: LessonEvent): event is Extract<LessonEvent, { type: (typeof elsewhere)[number] }> =>
  elsewhere.some((type) => type === event.type);

export const reduce = (state: State, event: LessonEvent): State => {
  switch (event.type) {
    case 'welcome':
      return welcomed(state, event);
    case 'person.joined':
      return withPerson(state, event.person);
    case 'person.changed':
      return changed(state, event);
    case 'person.left':
      return gone(state, event.person, event.reason === 'moved');
    case 'policy.changed':
      return withClass(state, { policy: event.policy });
    case 'entrance.changed':
      return withClass(state, { entrance: event.entrance });
    case 'period.changed':
      return withClass(state, { period: event.period });
    case 'pause.changed':
      return withClass(state, { pause: event.until });
    case 'hand.raised':
      return { ...state, hands: withSince(state.hands, event.person, event.since) };
    case 'hand.lowered':
      return { ...state, hands: without(state.hands, event.person) };
    case 'microphone.requested':
      return { ...state, requests: withSince(state.requests, event.person, event.since) };
    case 'microphone.withdrawn':
      return { ...state, requests: without(state.requests, event.person) };
    case 'message.added':
      return said(state, event.message);
    case 'message.deleted':
      return {
        ...state,
        messages: state.messages.filter((message) => message.message !== event.message),
        relay: withoutRelay(state.relay, event.message),
      };
    case 'site.code':
    case 'site.confirm_due':
    case 'attendance.count':
    case 'relay.changed':
    case 'list-confirmed':
      return reduceAttendance(state, event);
    case 'media.offer':
      return offered(state, event);
    case 'media.slots':
      return mapped(state, event.slots);
    case 'speakers':
      return { ...state, speakers: event.people };
    default:
      return isElsewhere(event) ? state : reduceHere(state, event);
  }
};
