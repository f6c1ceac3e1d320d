// SPDX-License-Identifier: Apache-2.0
// Wishes about places, pauses, the relay and one person under two numbers, as requests to the server.
import * as say from '../protocol/encode.ts';
import type { MessageId, PersonId, Request } from '../protocol/messages.ts';

export type LeadIntent =
  | { readonly type: 'leave-place' }
  | { readonly type: 'tick'; readonly person: PersonId; readonly site: number | null }
  | { readonly type: 'confirm-list'; readonly site: number; readonly period: number }
  | { readonly type: 'set-pause'; readonly until: number | null }
  | { readonly type: 'merge'; readonly from: PersonId; readonly into: PersonId }
  | { readonly type: 'take-message'; readonly message: MessageId }
  | { readonly type: 'release-message'; readonly message: MessageId }
  | { readonly type: 'relay-message'; readonly message: MessageId }
  | { readonly type: 'message-answered'; readonly message: MessageId };

/** `undefined`: none of these. */
export const leadRequest = (intent: LeadIntent | { readonly type: string }): Request | undefined => {
  const wish = intent as LeadIntent;
  switch (wish.type) {
    case 'leave-place':
      return say.hereLeave();
    case 'tick':
      return say.siteTick(wish.person, wish.site);
    case 'confirm-list':
      return say.siteConfirm(wish.site, wish.period);
    case 'set-pause':
      return say.pauseSet(wish.until);
    case 'merge':
      return say.personMerge(wish.from, wish.into);
    case 'take-message':
      return say.messageTake(wish.message);
    case 'release-message':
      return say.messageRelease(wish.message);
    case 'relay-message':
      return say.messageRelay(wish.message);
    case 'message-answered':
      return say.messageAnswered(wish.message);
    default:
      return undefined;
  }
};
