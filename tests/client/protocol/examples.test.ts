// SPDX-License-Identifier: Apache-2.0
// Every example block of signaling/PROTOCOL.md: the server's are understood, the client's are what the encoders give.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decode, decodeLink, decodeTicket } from '../../../client/web/src/protocol/decode.ts';
import * as say from '../../../client/web/src/protocol/encode.ts';
import type { ClientMessage, MessageId, OfferedTrack, PersonId } from '../../../client/web/src/protocol/messages.ts';

interface Example {
  readonly who: string;
  readonly what: string;
  readonly json: Record<string, unknown>;
}

const page = readFileSync(new URL('../../../signaling/PROTOCOL.md', import.meta.url), 'utf8');
const examples: Example[] = [...page.matchAll(/<!-- example: (\S+) (.+?) -->\s*```json\n([\s\S]*?)```/g)].map((m) => ({
  who: m[1] ?? '',
  what: m[2] ?? '',
  json: JSON.parse(m[3] ?? '') as Record<string, unknown>,
}));
const of = (who: string): Example[] => examples.filter((example) => example.who === who);
const person = (n: number): PersonId => n as PersonId;
const sdp = 'v=0\r\n…';
const tracks: OfferedTrack[] = [
  { mid: '0', source: 'microphone' },
  { mid: '1', source: 'camera' },
  { mid: '2', source: 'screen' },
  { mid: '3', source: 'screen-audio' },
];

const encoded: Record<string, ClientMessage> = {
  hello: say.hello('2vNn0x0yZr3q8m0T', 'desktop', { session: 's3kq9', seq: 41 }),
  pong: say.pong('f0a1'),
  leave: say.leave(),
  'person.remove': say.personRemove(person(8)),
  'person.mute': say.personMute(person(8)),
  'mute.all': say.muteAll(),
  'rights.set': say.rightsSet(person(8), { microphone: true }),
  'policy.set': say.policySet({ microphone: 'open', camera: 'open' }),
  'microphone.request': say.microphoneRequest(),
  'microphone.withdraw': say.microphoneWithdraw(person(7)),
  'hand.raise': say.handRaise(),
  'hand.lower': say.handLower(person(7)),
  'message.send': say.messageSend('k-5f1c', 'Où est le support ?', 'all'),
  'message.delete': say.messageDelete(4 as MessageId),
  'entrance.set': say.entranceSet('closed'),
  'class.end': say.classEnd(),
  'here.leave': say.hereLeave(),
  'site.tick': say.siteTick(person(12), 1),
  'site.confirm': say.siteConfirm(1, 1),
  'pause.set': say.pauseSet(1795425000000),
  'message.take': say.messageTake(4 as MessageId),
  'message.release': say.messageRelease(4 as MessageId),
  'message.relay': say.messageRelay(4 as MessageId),
  'message.answered': say.messageAnswered(4 as MessageId),
  'person.merge': say.personMerge(person(8), person(12)),
  'media.open': say.mediaOpen(false),
  'media.answer': say.mediaAnswer(1, sdp),
  'media.publish': say.mediaPublish(1, sdp, tracks),
  'media.close': say.mediaClose('send'),
  publish: say.publish('microphone', true),
  'view.set': say.viewSet({ tiles: 2, pinned: person(1), economy: false, hidden: false }),
};

test('the page has examples of both sides and of HTTP', () => {
  expect(of('server').length).toBeGreaterThan(20);
  expect(of('client').length).toBeGreaterThan(20);
  expect(of('http').length).toBeGreaterThan(3);
});

test.each(of('server'))('the server says $what: understood without loss', ({ json }) => {
  const got = decode(JSON.stringify(json));
  expect(got).toEqual({ ok: true, event: json });
});

test.each(of('client'))('the client says $what: as the encoder gives it', ({ what, json }) => {
  const { id, ...rest } = json;
  expect(encoded[what]).toEqual(rest);
  expect(id === undefined || typeof id === 'number').toBe(true);
});

test('every encoder has its example on the page', () => {
  expect(Object.keys(encoded).sort()).toEqual(of('client').map((example) => example.what).sort());
});

test('what a link gives and a ticket are understood', () => {
  const http = (what: string) => of('http').find((example) => example.what === what)?.json;
  expect(decodeLink(http('GET /api/v1/link response'))).toMatchObject({ ok: true, event: { role: 'learner', person: null } });
  expect(decodeTicket(http('POST /api/v1/tickets response'))).toMatchObject({ ok: true, event: { person: 7, person_token: 'AgAB' } });
});
