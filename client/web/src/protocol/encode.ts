// SPDX-License-Identifier: Apache-2.0
// One function for each message the client sends: the only place where such an object is put together.
import type {
  Audience,
  ClientMessage,
  Form,
  MessageId,
  OfferedTrack,
  PersonId,
  Policies,
  Request,
  Resume,
  Rights,
  Source,
  View,
} from './messages.ts';

export const hello = (ticket: string, form: Form, resume: Resume | null): ClientMessage =>
  resume === null ? { type: 'hello', ticket, form } : { type: 'hello', ticket, form, resume };
export const pong = (nonce: string): ClientMessage => ({ type: 'pong', nonce });
export const leave = (): ClientMessage => ({ type: 'leave' });

export const personRemove = (person: PersonId): Request => ({ type: 'person.remove', person });
export const personMute = (person: PersonId): Request => ({ type: 'person.mute', person });
export const muteAll = (): Request => ({ type: 'mute.all' });
export const rightsSet = (person: PersonId, rights: Partial<Rights>): Request => ({
  type: 'rights.set',
  person,
  ...rights,
});
export const policySet = (policy: Partial<Policies>): Request => ({ type: 'policy.set', ...policy });
export const microphoneRequest = (): Request => ({ type: 'microphone.request' });
export const microphoneWithdraw = (person: PersonId | null): Request =>
  person === null ? { type: 'microphone.withdraw' } : { type: 'microphone.withdraw', person };
export const handRaise = (): Request => ({ type: 'hand.raise' });
export const handLower = (person: PersonId | null): Request =>
  person === null ? { type: 'hand.lower' } : { type: 'hand.lower', person };
export const messageSend = (key: string, text: string, to: Audience): Request => ({
  type: 'message.send',
  key,
  text,
  to,
});
export const messageDelete = (message: MessageId): Request => ({ type: 'message.delete', message });
export const entranceSet = (entrance: 'open' | 'closed'): Request => ({ type: 'entrance.set', entrance });
export const classEnd = (): Request => ({ type: 'class.end' });

export const hereLeave = (): Request => ({ type: 'here.leave' });
export const siteTick = (person: PersonId, site: number | null): Request => ({ type: 'site.tick', person, site });
export const siteConfirm = (site: number, period: number): Request => ({ type: 'site.confirm', site, period });
export const pauseSet = (until: number | null): Request => ({ type: 'pause.set', until });
export const personMerge = (from: PersonId, into: PersonId): Request => ({ type: 'person.merge', from, into });
export const messageTake = (message: MessageId): Request => ({ type: 'message.take', message });
export const messageRelease = (message: MessageId): Request => ({ type: 'message.release', message });
export const messageRelay = (message: MessageId): Request => ({ type: 'message.relay', message });
export const messageAnswered = (message: MessageId): Request => ({ type: 'message.answered', message });

export const mediaOpen = (restart: boolean): Request => ({ type: 'media.open', restart });
export const mediaAnswer = (generation: number, sdp: string): Request => ({ type: 'media.answer', generation, sdp });
export const mediaPublish = (generation: number, sdp: string, tracks: readonly OfferedTrack[]): Request => ({
  type: 'media.publish',
  generation,
  sdp,
  tracks,
});
export const mediaClose = (connection: 'receive' | 'send'): Request => ({ type: 'media.close', connection });
export const publish = (source: Source, on: boolean): Request => ({ type: 'publish', source, on });
export const viewSet = (view: View): Request => ({ type: 'view.set', ...view });
