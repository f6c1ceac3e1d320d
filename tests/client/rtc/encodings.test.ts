// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { faultOf } from '../../../client/web/src/rtc/devices.ts';
import { encodingOf, scaleOf } from '../../../client/web/src/rtc/encodings.ts';
import { pulseOf } from '../../../client/web/src/rtc/stats.ts';

test('a learner camera is small, a trainer camera larger, a screen keeps its resolution', () => {
  expect(encodingOf('camera', 'small')).toMatchObject({ maxBitrate: 150_000, maxHeight: 180, degradation: 'maintain-framerate' });
  expect(encodingOf('camera', 'large')).toMatchObject({ maxBitrate: 500_000, maxHeight: 360 });
  expect(encodingOf('screen', 'small')).toMatchObject({ maxBitrate: 800_000, maxFramerate: 15, degradation: 'maintain-resolution', hint: 'detail' });
});

test('a picture is scaled down to its limit and never up', () => {
  expect(scaleOf(720, 180)).toBe(4);
  expect(scaleOf(90, 180)).toBe(1);
  expect(scaleOf(undefined, 180)).toBe(1);
});

test.each([
  ['NotAllowedError', 'refused'],
  ['NotFoundError', 'missing'],
  ['NotReadableError', 'busy'],
  ['OverconstrainedError', 'unfit'],
  ['SomethingElse', 'failed'],
])('%s is said as %s', (name, fault) => {
  expect(faultOf(Object.assign(new Error(), { name }))).toBe(fault);
});

test('a value that is no error is a plain failure', () => {
  expect(faultOf(null)).toBe('failed');
});

test('bytes of candidate pairs count where transports say nothing', () => {
  const report = new Map([['a', { type: 'candidate-pair', bytesReceived: 40 }]]) as unknown as RTCStatsReport;
  expect(pulseOf(report)).toEqual({ received: 40, cpuLimited: false });
});

test('an encoder held back by the processor is an overloaded machine', () => {
  const report = new Map([['a', { type: 'outbound-rtp', qualityLimitationReason: 'cpu' }]]) as unknown as RTCStatsReport;
  expect(pulseOf(report).cpuLimited).toBe(true);
});
