// SPDX-License-Identifier: Apache-2.0
// unknown → message of the server, or a fault; nothing that comes in is trusted and nothing is thrown out.
// Which message means what is not known here.
import { readCheckedBody, readNoticeBody } from './desk.ts';
import type { Checked, LinkGives, MessageId, Notice, PersonId, PublicationId, ServerMessage, SlotChange, Ticket } from './messages.ts';
import { both, flag, listOf, Malformed, maybe, nullOr, numbered, object, oneOf, text, whole } from './read.ts';
import type { Reader } from './read.ts';

export type Decoded<T> =
  | { readonly ok: true; readonly event: T }
  | { readonly ok: false; readonly fault: { readonly code: DecodeFault; readonly detail: string } };
export type DecodeFault = 'bad-json' | 'bad-message' | 'unknown-type';

const person = numbered<PersonId>();
const messageId = numbered<MessageId>();
const publication = numbered<PublicationId>();
const role = oneOf('trainer', 'moderator', 'learner', 'room');
const source = oneOf('microphone', 'camera', 'screen', 'screen-audio');
const entrance = oneOf('open', 'closed');
const policy = oneOf('request', 'open');
const link = oneOf('ok', 'lost', 'room');
const identity = oneOf('role', 'list', 'declared');
const connection = oneOf('receive', 'send');
const rights = object({ microphone: flag, camera: flag, screen: flag });
const policies = object({ microphone: policy, camera: policy });
const linkClass = object({
  title: text,
  time_zone: text,
  state: text,
  entrance,
  periods: listOf(object({ from: text, to: text })),
});
const classInfo = both(
  linkClass,
  object({
    policy: policies,
    sites: listOf(object({ site: whole, name: text })),
    period: nullOr(whole),
    pause: nullOr(whole),
  }),
);
const fullPerson = object({
  person,
  name: text,
  role,
  identity,
  connection: link,
  site: nullOr(whole),
  seated: flag,
  may: rights,
  on: listOf(source),
});
const relay = object({
  message: messageId,
  state: oneOf('none', 'taken', 'relayed', 'answered'),
  by: nullOr(person),
  since: whole,
});
const siteCode = object({ site: whole, code: text, until: whole });
const expected = object({ person, name: text, organisation: text });
const since = object({ person, since: whole });
const chatMessage = both(
  object({ message: messageId, person, name: text, to: oneOf('all', 'moderators'), text, at: whole }),
  maybe({ key: text }),
);
const filledSlot = both(object({ mid: text, publication, person, source }), maybe({ rtp: whole }));
const emptySlot = object({ mid: text, publication: () => null });
const slotChange: Reader<SlotChange> = (value, at) =>
  object({ publication: nullOr(publication) })(value, at).publication === null
    ? emptySlot(value, at)
    : filledSlot(value, at);
const offeredSlot = object({ mid: text, kind: oneOf('audio', 'video'), slot: oneOf('stage', 'screen', 'free') });
const publishedTrack = object({ mid: text, source, publication });

/** `site` of person.changed: null says "remote now", absent says nothing. */
const placed: Reader<{ readonly site?: number | null }> = (value, at) => {
  const fields = object({ site: (site: unknown) => site })(value, at);
  return fields.site === undefined ? {} : { site: nullOr(whole)(fields.site, `${at}.site`) };
};

const readers: { readonly [T in ServerMessage['type']]: Reader<Omit<Extract<ServerMessage, { type: T }>, 'type'>> } = {
  welcome: both(
    object({
      session: text,
      seq: whole,
      at: whole,
      grace_s: whole,
      you: object({ person, role }),
      class: classInfo,
      people: listOf(fullPerson),
      hands: listOf(since),
      requests: listOf(since),
      messages: listOf(chatMessage),
      capabilities: listOf(text),
    }),
    maybe({ expected: listOf(expected), relay: listOf(relay), codes: listOf(siteCode) }),
  ),
  resumed: object({ session: text, seq: whole }),
  ping: object({ nonce: text }),
  ok: object({ id: whole }),
  fault: object({ id: nullOr(whole), code: text }),
  'person.joined': object({ seq: whole, person: fullPerson }),
  'person.changed': both(
    object({ seq: whole, person }),
    both(maybe({ connection: link, may: rights, on: listOf(source), name: text, seated: flag }), placed),
  ),
  'person.left': object({ seq: whole, person, reason: oneOf('left', 'network', 'removed', 'ended', 'moved') }),
  'you.muted': object({ by: nullOr(person) }),
  'you.removed': object({}),
  'you.moved': object({}),
  'policy.changed': object({ seq: whole, policy: policies }),
  'microphone.requested': object({ seq: whole, person, since: whole }),
  'microphone.withdrawn': object({ seq: whole, person, reason: oneOf('given', 'refused', 'withdrawn', 'left') }),
  'hand.raised': object({ seq: whole, person, since: whole }),
  'hand.lowered': both(object({ seq: whole, person }), maybe({ by: person })),
  'message.added': object({ seq: whole, message: chatMessage }),
  'message.deleted': both(object({ seq: whole, message: messageId }), maybe({ by: person })),
  'entrance.changed': object({ seq: whole, entrance }),
  'class.ended': object({ seq: whole }),
  'period.changed': object({ seq: whole, period: nullOr(whole) }),
  'pause.changed': object({ seq: whole, until: nullOr(whole) }),
  'relay.changed': both(both(object({ seq: whole }), relay), maybe({ name: text, text })),
  'site.code': siteCode,
  'site.confirm_due': object({ site: whole, period: whole, people: listOf(person) }),
  'attendance.count': object({ expected: whole, present: whole, in_room: whole, absent: listOf(person) }),
  'media.offer': object({ generation: whole, fresh: flag, sdp: text, slots: listOf(offeredSlot) }),
  'media.published': object({ generation: whole, fresh: flag, sdp: text, tracks: listOf(publishedTrack) }),
  'media.state': object({ connection, state: oneOf('connecting', 'connected', 'lost', 'closed') }),
  'media.slots': object({ slots: listOf(slotChange) }),
  speakers: object({ people: listOf(person) }),
};

const known = (type: string): type is ServerMessage['type'] => Object.hasOwn(readers, type);

const fault = (code: DecodeFault, detail: string): { ok: false; fault: { code: DecodeFault; detail: string } } => ({
  ok: false,
  fault: { code, detail },
});

export const attempt = <T>(read: () => T): Decoded<T> => {
  try {
    return { ok: true, event: read() };
  } catch (error) {
    return fault('bad-message', error instanceof Malformed ? error.message : 'unreadable');
  }
};

const parse = (raw: unknown): Decoded<unknown> => {
  if (typeof raw !== 'string') return { ok: true, event: raw };
  try {
    return { ok: true, event: JSON.parse(raw) as unknown };
  } catch {
    return fault('bad-json', 'not JSON');
  }
};

/** Reads one frame (its text, or the value already parsed). Never throws. */
export const decode = (raw: unknown): Decoded<ServerMessage> => {
  const value = parse(raw);
  if (!value.ok) return value;
  const head = attempt(() => object({ type: text })(value.event, 'message').type);
  if (!head.ok) return head;
  const type = head.event;
  if (!known(type)) return fault('unknown-type', type);
  return attempt(() => ({ type, ...readers[type](value.event, type) }) as ServerMessage);
};

export const decodeLink = (raw: unknown): Decoded<LinkGives> =>
  attempt(() => {
    const gives = object({ class: linkClass, role, may: rights, person: nullOr(person) })(raw, 'link');
    return { ...gives, open: maybe({ open: flag })(raw, 'link').open === true };
  });

export const decodeTicket = (raw: unknown): Decoded<Ticket> =>
  attempt(() => object({ ticket: text, person, person_token: text, role })(raw, 'ticket'));

export const decodeNotice = (raw: unknown): Decoded<Notice> => attempt(() => readNoticeBody(raw, 'notice'));
export const decodeChecked = (raw: unknown): Decoded<Checked> => attempt(() => readCheckedBody(raw, 'here'));

/** The code of an RFC 9457 problem document; `unknown` when the body is none. */
export const decodeProblem = (raw: unknown): string => {
  const got = attempt(() => object({ code: text })(raw, 'problem').code);
  return got.ok ? got.event : 'unknown';
};
