// SPDX-License-Identifier: Apache-2.0
// What messages speak of (signaling/PROTOCOL.md): numbers, people, rights, places, slots. The messages themselves are
// in messages.ts, which gives these out too.
declare const brand: unique symbol;
type Brand<T, B extends string> = T & { readonly [brand]: B };

export type PersonId = Brand<number, 'person'>;
export type MessageId = Brand<number, 'message'>;
export type PublicationId = Brand<number, 'publication'>;

export type Role = 'trainer' | 'moderator' | 'learner' | 'room';
export type Source = 'microphone' | 'camera' | 'screen' | 'screen-audio';
export type Policy = 'request' | 'open';
export type Audience = 'all' | 'moderators';
export type Form = 'desktop' | 'phone';
export type SlotName = 'stage' | 'screen' | 'free';
export type LeaveReason = 'left' | 'network' | 'removed' | 'ended' | 'moved';
export type Identity = 'role' | 'list' | 'declared';
/** By a page, by one that is away within the grace time, by check-in alone. */
export type Connection = 'ok' | 'lost' | 'room';
export type RelayState = 'none' | 'taken' | 'relayed' | 'answered';
export type WithdrawReason = 'given' | 'refused' | 'withdrawn' | 'left';
export type MediaStateName = 'connecting' | 'connected' | 'lost' | 'closed';

export interface Rights {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}
export interface Period {
  readonly from: string;
  readonly to: string;
}
export interface Policies {
  readonly microphone: Policy;
  readonly camera: Policy;
}
export interface LinkClass {
  readonly title: string;
  readonly time_zone: string;
  readonly state: string;
  readonly entrance: 'open' | 'closed';
  readonly periods: readonly Period[];
}
export interface Site {
  readonly site: number;
  readonly name: string;
}
export interface ClassInfo extends LinkClass {
  readonly policy: Policies;
  readonly sites: readonly Site[];
  /** The running period, from 1 in the order of `periods`. */
  readonly period: number | null;
  readonly pause: number | null;
}
export interface Person {
  readonly person: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly identity: Identity;
  readonly connection: Connection;
  /** Where they sit, without sound of their own; of a room's device, its place. */
  readonly site: number | null;
  /** Checked in there for this period. */
  readonly seated: boolean;
  readonly may: Rights;
  readonly on: readonly Source[];
}
export interface Expected {
  readonly person: PersonId;
  readonly name: string;
  readonly organisation: string;
}
export interface Relay {
  readonly message: MessageId;
  readonly state: RelayState;
  readonly by: PersonId | null;
  readonly since: number;
}
export interface SiteCode {
  readonly site: number;
  readonly code: string;
  readonly until: number;
}
export interface Since {
  readonly person: PersonId;
  readonly since: number;
}
export interface ChatMessage {
  readonly message: MessageId;
  readonly person: PersonId;
  readonly name: string;
  readonly to: Audience;
  readonly text: string;
  readonly at: number;
  readonly key?: string;
}
export interface OfferedSlot {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly slot: SlotName;
}
export type SlotChange =
  | { readonly mid: string; readonly publication: null }
  | {
      readonly mid: string;
      readonly publication: PublicationId;
      readonly person: PersonId;
      readonly source: Source;
      readonly rtp?: number;
    };
export interface OfferedTrack {
  readonly mid: string;
  readonly source: Source;
}
export interface PublishedTrack extends OfferedTrack {
  readonly publication: PublicationId;
}
