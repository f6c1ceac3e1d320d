// SPDX-License-Identifier: Apache-2.0
// The whole state of the page, as values that can be printed (README.md beside this file shows one).
// What changes it is decided in reduce.ts and here.ts; what is derived from it, in select.ts.
import type {
  Audience,
  ChatMessage,
  ClassInfo,
  Expected,
  Form,
  LinkGives,
  Notice,
  Person,
  PersonId,
  PublicationId,
  Relay,
  Role,
  SlotName,
  Since,
  SiteCode,
  Source,
} from '../protocol/messages.ts';

export type Over =
  | 'left'
  | 'removed'
  | 'ended'
  | 'moved'
  | 'no-link'
  | 'unauthorized'
  | 'revoked'
  | 'entrance-closed'
  | 'class-full'
  | 'refused';

export type DeviceFault = 'refused' | 'missing' | 'busy' | 'unfit' | 'unplugged' | 'unsupported' | 'failed';
export type Device = 'microphone' | 'camera' | 'screen';
export type Publishing =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on' }
  | { readonly is: 'fault'; readonly fault: DeviceFault };

export interface Slot {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly slot: SlotName;
  readonly publication: PublicationId | null;
  readonly person: PersonId | null;
  readonly source: Source | null;
  readonly rtp: number | null;
  /** What the packets themselves say is in this slot (identity.ts); null while unknown or in disagreement. */
  readonly confirmed: PublicationId | null;
}
/** A message on its way to the trainer; its words are known here once it is relayed. */
export interface Relayed extends Relay {
  readonly name?: string;
  readonly text?: string;
}
/** The list of a place that waits to be confirmed. */
export interface Due {
  readonly site: number;
  readonly period: number;
  readonly people: readonly PersonId[];
}
export interface Count {
  readonly expected: number;
  readonly present: number;
  readonly in_room: number;
  readonly absent: readonly PersonId[];
}
export interface Draft {
  readonly key: string;
  readonly text: string;
  readonly to: Audience;
  readonly failed: string | null;
}
export type Announcements = 'all' | 'mentions' | 'none';
export type Language = 'fr' | 'en';
export type Tab = 'people' | 'messages';
export type Confirm = { readonly what: 'remove'; readonly person: PersonId } | { readonly what: 'end' };

export interface Choices {
  readonly language: Language;
  readonly shortcuts: boolean;
  readonly announcements: Announcements;
  readonly hideSelf: boolean;
  readonly economy: boolean;
}
export interface DeviceListed {
  readonly id: string;
  readonly label: string;
}
export interface Devices {
  readonly microphones: readonly DeviceListed[];
  readonly cameras: readonly DeviceListed[];
  readonly microphone: string | null;
  readonly camera: string | null;
}
export interface Place {
  readonly form: Form;
  readonly hidden: boolean;
  readonly tiles: number;
  readonly tab: Tab;
  readonly panelOpen: boolean;
  readonly pinned: PersonId | null;
  readonly seenMessage: number;
  readonly audioBlocked: boolean;
  readonly cpuLimited: boolean;
  readonly canShare: boolean;
  readonly confirm: Confirm | null;
  /** Whose number is about to become another's. */
  readonly merging: PersonId | null;
  readonly devices: Devices;
  /** The name this browser gave last time for this link. */
  readonly name: string;
}
export interface State {
  readonly phase: 'loading' | 'prejoin' | 'joining' | 'in' | 'over';
  readonly over: Over | null;
  readonly link: LinkGives | null;
  /** Who keeps names and hours, and how long. */
  readonly notice: Notice | null;
  readonly connection: { readonly is: 'connecting' | 'ok' | 'lost'; readonly since: number };
  readonly media: 'off' | 'connecting' | 'ok' | 'lost' | 'blocked';
  readonly you: { readonly person: PersonId; readonly role: Role } | null;
  readonly class: ClassInfo | null;
  readonly people: Readonly<Record<number, Person>>;
  readonly hands: readonly Since[];
  readonly requests: readonly Since[];
  readonly messages: readonly ChatMessage[];
  readonly drafts: readonly Draft[];
  readonly expected: readonly Expected[];
  readonly relay: readonly Relayed[];
  readonly codes: readonly SiteCode[];
  readonly due: readonly Due[];
  readonly count: Count | null;
  readonly capabilities: readonly string[];
  readonly slots: readonly Slot[];
  readonly speakers: readonly PersonId[];
  readonly own: Readonly<Record<Device, Publishing>>;
  readonly fault: string | null;
  readonly choices: Choices;
  readonly here: Place;
}

export const initialChoices: Choices = {
  language: 'fr',
  shortcuts: true,
  announcements: 'all',
  hideSelf: false,
  economy: false,
};

const off: Publishing = { is: 'off' };

export const initialState = (choices: Choices, place: Pick<Place, 'form' | 'canShare'>): State => ({
  phase: 'loading',
  over: null,
  link: null,
  notice: null,
  connection: { is: 'connecting', since: 0 },
  media: 'off',
  you: null,
  class: null,
  people: {},
  hands: [],
  requests: [],
  messages: [],
  drafts: [],
  expected: [],
  relay: [],
  codes: [],
  due: [],
  count: null,
  capabilities: [],
  slots: [],
  speakers: [],
  own: { microphone: off, camera: off, screen: off },
  fault: null,
  choices,
  here: {
    form: place.form,
    canShare: place.canShare,
    hidden: false,
    tiles: 2,
    tab: 'people',
    panelOpen: place.form === 'desktop',
    pinned: null,
    seenMessage: 0,
    audioBlocked: false,
    cpuLimited: false,
    confirm: null,
    merging: null,
    devices: { microphones: [], cameras: [], microphone: null, camera: null },
    name: '',
  },
});

/** Facts of this page, in the past, beside what the server says. */
export type LocalEvent =
  | { readonly type: 'link-read'; readonly link: LinkGives }
  | { readonly type: 'notice-read'; readonly notice: Notice }
  | { readonly type: 'joining' }
  | { readonly type: 'back-to-prejoin'; readonly fault: string | null }
  | { readonly type: 'over'; readonly why: Over }
  | { readonly type: 'link-changed'; readonly is: 'connecting' | 'ok' | 'lost'; readonly at: number }
  | { readonly type: 'media-changed'; readonly is: State['media'] }
  | { readonly type: 'own-changed'; readonly device: Device; readonly now: Publishing }
  | {
      readonly type: 'slot-confirmed';
      readonly mid: string;
      readonly publication: PublicationId | null;
    }
  | { readonly type: 'draft-added'; readonly draft: Draft }
  | { readonly type: 'draft-settled'; readonly key: string; readonly failed: string | null }
  | { readonly type: 'list-confirmed'; readonly site: number; readonly period: number }
  | { readonly type: 'request-refused'; readonly code: string }
  | { readonly type: 'fault-read' }
  | { readonly type: 'chosen'; readonly choices: Partial<Choices> }
  | { readonly type: 'place-changed'; readonly place: Partial<Place> };
