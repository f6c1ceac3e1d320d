// SPDX-License-Identifier: Apache-2.0
// The words of signaling/PROTOCOL.md as types: one union of what the server says, one of what the client says.
// What bytes are acceptable is decided in decode.ts; what a message does to the lesson, in lesson/reduce.ts.
import type {
  Audience,
  ChatMessage,
  ClassInfo,
  Connection,
  Expected,
  Form,
  LeaveReason,
  LinkClass,
  MediaStateName,
  MessageId,
  OfferedSlot,
  OfferedTrack,
  Person,
  PersonId,
  Policies,
  PublishedTrack,
  Relay,
  Rights,
  Role,
  Since,
  SiteCode,
  SlotChange,
  Source,
  WithdrawReason,
} from './things.ts';

export type * from './desk.ts';
export type * from './things.ts';

export interface Welcome {
  readonly type: 'welcome';
  readonly session: string;
  readonly seq: number;
  readonly at: number;
  readonly grace_s: number;
  readonly you: { readonly person: PersonId; readonly role: Role };
  readonly class: ClassInfo;
  readonly people: readonly Person[];
  readonly hands: readonly Since[];
  readonly requests: readonly Since[];
  readonly messages: readonly ChatMessage[];
  readonly capabilities: readonly string[];
  /** Of trainers and moderators: who of the list is not here, and the relay. */
  readonly expected?: readonly Expected[];
  readonly relay?: readonly Relay[];
  /** Of trainers and rooms. */
  readonly codes?: readonly SiteCode[];
}
export interface PersonChanged {
  readonly type: 'person.changed';
  readonly seq: number;
  readonly person: PersonId;
  readonly connection?: Connection;
  readonly may?: Rights;
  readonly on?: readonly Source[];
  readonly name?: string;
  /** Present together; `site` is null for somebody remote. */
  readonly site?: number | null;
  readonly seated?: boolean;
}
export interface MediaOffer {
  readonly type: 'media.offer';
  readonly generation: number;
  readonly fresh: boolean;
  readonly sdp: string;
  readonly slots: readonly OfferedSlot[];
}
export interface MediaPublished {
  readonly type: 'media.published';
  readonly generation: number;
  readonly fresh: boolean;
  readonly sdp: string;
  readonly tracks: readonly PublishedTrack[];
}

export interface RelayChanged extends Relay {
  readonly type: 'relay.changed';
  readonly seq: number;
  /** With `relayed`: what the prompter shows. */
  readonly name?: string;
  readonly text?: string;
}
export interface AttendanceCount {
  readonly type: 'attendance.count';
  readonly expected: number;
  readonly present: number;
  readonly in_room: number;
  readonly absent: readonly PersonId[];
}

/** Changes of the class that carry a number (PROTOCOL.md §3, "Snapshot and deltas"). */
export type Delta =
  | { readonly type: 'person.joined'; readonly seq: number; readonly person: Person }
  | PersonChanged
  | { readonly type: 'person.left'; readonly seq: number; readonly person: PersonId; readonly reason: LeaveReason }
  | { readonly type: 'policy.changed'; readonly seq: number; readonly policy: Policies }
  | { readonly type: 'microphone.requested'; readonly seq: number; readonly person: PersonId; readonly since: number }
  | {
      readonly type: 'microphone.withdrawn';
      readonly seq: number;
      readonly person: PersonId;
      readonly reason: WithdrawReason;
    }
  | { readonly type: 'hand.raised'; readonly seq: number; readonly person: PersonId; readonly since: number }
  | { readonly type: 'hand.lowered'; readonly seq: number; readonly person: PersonId; readonly by?: PersonId }
  | { readonly type: 'message.added'; readonly seq: number; readonly message: ChatMessage }
  | { readonly type: 'message.deleted'; readonly seq: number; readonly message: MessageId; readonly by?: PersonId }
  | { readonly type: 'entrance.changed'; readonly seq: number; readonly entrance: 'open' | 'closed' }
  | { readonly type: 'class.ended'; readonly seq: number }
  | { readonly type: 'period.changed'; readonly seq: number; readonly period: number | null }
  | { readonly type: 'pause.changed'; readonly seq: number; readonly until: number | null }
  | RelayChanged;

export type ServerMessage =
  | Welcome
  | Delta
  | { readonly type: 'resumed'; readonly session: string; readonly seq: number }
  | { readonly type: 'ping'; readonly nonce: string }
  | { readonly type: 'ok'; readonly id: number }
  | { readonly type: 'fault'; readonly id: number | null; readonly code: string }
  | { readonly type: 'you.muted'; readonly by: PersonId | null }
  | { readonly type: 'you.removed' }
  | { readonly type: 'you.moved' }
  | ({ readonly type: 'site.code' } & SiteCode)
  | {
      readonly type: 'site.confirm_due';
      readonly site: number;
      readonly period: number;
      readonly people: readonly PersonId[];
    }
  | AttendanceCount
  | MediaOffer
  | MediaPublished
  | { readonly type: 'media.state'; readonly connection: 'receive' | 'send'; readonly state: MediaStateName }
  | { readonly type: 'media.slots'; readonly slots: readonly SlotChange[] }
  | { readonly type: 'speakers'; readonly people: readonly PersonId[] };

export interface Resume {
  readonly session: string;
  readonly seq: number;
}
export interface View {
  readonly tiles: number;
  readonly pinned: PersonId | null;
  readonly economy: boolean;
  readonly hidden: boolean;
}

/** What the client asks; link.ts adds the `id`. */
export type Request =
  | { readonly type: 'person.remove'; readonly person: PersonId }
  | { readonly type: 'person.mute'; readonly person: PersonId }
  | { readonly type: 'mute.all' }
  | ({ readonly type: 'rights.set'; readonly person: PersonId } & Partial<Rights>)
  | ({ readonly type: 'policy.set' } & Partial<Policies>)
  | { readonly type: 'microphone.request' }
  | { readonly type: 'microphone.withdraw'; readonly person?: PersonId }
  | { readonly type: 'hand.raise' }
  | { readonly type: 'hand.lower'; readonly person?: PersonId }
  | { readonly type: 'message.send'; readonly key: string; readonly text: string; readonly to: Audience }
  | { readonly type: 'message.delete'; readonly message: MessageId }
  | { readonly type: 'entrance.set'; readonly entrance: 'open' | 'closed' }
  | { readonly type: 'class.end' }
  | { readonly type: 'here.leave' }
  | { readonly type: 'site.tick'; readonly person: PersonId; readonly site: number | null }
  | { readonly type: 'site.confirm'; readonly site: number; readonly period: number }
  | { readonly type: 'pause.set'; readonly until: number | null }
  | { readonly type: 'person.merge'; readonly from: PersonId; readonly into: PersonId }
  | { readonly type: 'message.take'; readonly message: MessageId }
  | { readonly type: 'message.release'; readonly message: MessageId }
  | { readonly type: 'message.relay'; readonly message: MessageId }
  | { readonly type: 'message.answered'; readonly message: MessageId }
  | { readonly type: 'media.open'; readonly restart: boolean }
  | { readonly type: 'media.answer'; readonly generation: number; readonly sdp: string }
  | {
      readonly type: 'media.publish';
      readonly generation: number;
      readonly sdp: string;
      readonly tracks: readonly OfferedTrack[];
    }
  | { readonly type: 'media.close'; readonly connection: 'receive' | 'send' }
  | { readonly type: 'publish'; readonly source: Source; readonly on: boolean }
  | ({ readonly type: 'view.set' } & View);

export type ClientMessage =
  | { readonly type: 'hello'; readonly ticket: string; readonly form: Form; readonly resume?: Resume }
  | { readonly type: 'pong'; readonly nonce: string }
  | { readonly type: 'leave' }
  | Request;

/** What comes back from a request: the server's answer, or that none came before the connection broke. */
export type Answer = { readonly ok: true } | { readonly ok: false; readonly code: string };

export interface LinkGives {
  readonly class: LinkClass;
  readonly role: Role;
  readonly may: Rights;
  readonly person: PersonId | null;
  /** The link asks everybody who they are. */
  readonly open: boolean;
}
export interface Ticket {
  readonly ticket: string;
  readonly person: PersonId;
  readonly person_token: string;
  readonly role: Role;
}
