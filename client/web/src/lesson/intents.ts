// SPDX-License-Identifier: Apache-2.0
// What a click means: each wish becomes requests to the server and facts of this page.
// Wishes about devices, joining and leaving come back as `undefined`: the composition root carries them out.
import * as say from '../protocol/encode.ts';
import type { Audience, MessageId, PersonId, Request } from '../protocol/messages.ts';
import { leadRequest } from './leading.ts';
import type { LeadIntent } from './leading.ts';
import type { Choices, Confirm, Device, LocalEvent, Place, State } from './state.ts';

export type Intent =
  | LeadIntent
  | { readonly type: 'raise-hand'; readonly up: boolean }
  | { readonly type: 'lower-hand-of'; readonly person: PersonId }
  | { readonly type: 'request-microphone'; readonly wanted: boolean }
  | { readonly type: 'give-microphone'; readonly person: PersonId; readonly given: boolean }
  | { readonly type: 'refuse-microphone'; readonly person: PersonId }
  | { readonly type: 'mute-person'; readonly person: PersonId }
  | { readonly type: 'mute-all' }
  | { readonly type: 'set-entrance'; readonly entrance: 'open' | 'closed' }
  | { readonly type: 'set-microphones'; readonly policy: 'open' | 'request' }
  | { readonly type: 'ask'; readonly confirm: Confirm }
  | { readonly type: 'answer'; readonly yes: boolean }
  | { readonly type: 'write'; readonly key: string; readonly text: string; readonly to: Audience }
  | { readonly type: 'delete-message'; readonly message: MessageId }
  | { readonly type: 'pin'; readonly person: PersonId | null }
  | { readonly type: 'choose'; readonly choices: Partial<Choices> }
  | { readonly type: 'place'; readonly place: Partial<Pick<Place, 'tab' | 'panelOpen' | 'tiles' | 'merging'>> }
  | { readonly type: 'read-fault' }
  | { readonly type: 'sound-blocked' }
  | { readonly type: 'toggle-device'; readonly device: Device; readonly on: boolean }
  | { readonly type: 'choose-device'; readonly device: 'microphone' | 'camera'; readonly id: string }
  | { readonly type: 'join'; readonly who: Who }
  | { readonly type: 'quit' }
  | { readonly type: 'come-back' }
  | { readonly type: 'play-sound' };

/** Who one says to be: the open link asks for all, others for a name. */
export type Who =
  | { readonly name: string }
  | { readonly family_name: string; readonly given_name: string; readonly organisation: string };

export interface Plan {
  readonly requests: readonly Request[];
  readonly events: readonly LocalEvent[];
}

const ask = (...requests: Request[]): Plan => ({ requests, events: [] });
const note = (...events: LocalEvent[]): Plan => ({ requests: [], events });

const confirmed = (state: State, yes: boolean): Plan => {
  const close: LocalEvent = { type: 'place-changed', place: { confirm: null } };
  const confirm = state.here.confirm;
  if (confirm === null || !yes) return note(close);
  const request = confirm.what === 'end' ? say.classEnd() : say.personRemove(confirm.person);
  return { requests: [request], events: [close] };
};

const written = (key: string, raw: string, to: Audience): Plan => {
  const text = raw.trim();
  if (text === '') return ask();
  return {
    requests: [say.messageSend(key, text, to)],
    events: [{ type: 'draft-added', draft: { key, text, to, failed: null } }],
  };
};

export const plan = (state: State, intent: Intent): Plan | undefined => {
  switch (intent.type) {
    case 'raise-hand':
      return ask(intent.up ? say.handRaise() : say.handLower(null));
    case 'lower-hand-of':
      return ask(say.handLower(intent.person === state.you?.person ? null : intent.person));
    case 'request-microphone':
      return ask(intent.wanted ? say.microphoneRequest() : say.microphoneWithdraw(null));
    case 'give-microphone':
      return ask(say.rightsSet(intent.person, { microphone: intent.given }));
    case 'refuse-microphone':
      return ask(say.microphoneWithdraw(intent.person));
    case 'mute-person':
      return ask(say.personMute(intent.person));
    case 'mute-all':
      return ask(say.muteAll());
    case 'set-entrance':
      return ask(say.entranceSet(intent.entrance));
    case 'set-microphones':
      return ask(say.policySet({ microphone: intent.policy }));
    case 'ask':
      return note({ type: 'place-changed', place: { confirm: intent.confirm } });
    case 'answer':
      return confirmed(state, intent.yes);
    case 'write':
      return written(intent.key, intent.text, intent.to);
    case 'delete-message':
      return ask(say.messageDelete(intent.message));
    case 'pin':
      return note({ type: 'place-changed', place: { pinned: intent.person } });
    case 'choose':
      return note({ type: 'chosen', choices: intent.choices });
    case 'place':
      return note({ type: 'place-changed', place: intent.place });
    case 'read-fault':
      return note({ type: 'fault-read' });
    case 'sound-blocked':
      return note({ type: 'place-changed', place: { audioBlocked: true } });
    default: {
      const request = leadRequest(intent);
      return request === undefined ? undefined : ask(request);
    }
  }
};
