// SPDX-License-Identifier: Apache-2.0
// How much each source may send, and what gives way first. Pure figures; publish.ts applies them.
import type { Source } from '../protocol/messages.ts';
import type { Size } from './devices.ts';

export interface Encoding {
  readonly maxBitrate: number;
  readonly maxFramerate?: number;
  readonly maxHeight?: number;
  readonly degradation?: RTCDegradationPreference;
  readonly hint: string;
}

/** Limits of issue 2 until layers exist: 150 kbit/s learners, 500 trainers, 800 a screen, in bit/s. */
export const encodingOf = (source: Source, size: Size): Encoding => {
  switch (source) {
    case 'microphone':
      return { maxBitrate: 32_000, hint: 'speech' };
    case 'screen-audio':
      return { maxBitrate: 96_000, hint: 'music' };
    case 'screen':
      return { maxBitrate: 800_000, maxFramerate: 15, degradation: 'maintain-resolution', hint: 'detail' };
    case 'camera':
      return size === 'large'
        ? { maxBitrate: 500_000, maxFramerate: 25, maxHeight: 360, degradation: 'maintain-framerate', hint: 'motion' }
        : { maxBitrate: 150_000, maxFramerate: 20, maxHeight: 180, degradation: 'maintain-framerate', hint: 'motion' };
  }
};

/** A camera that gives more than asked is scaled down, never up. */
export const scaleOf = (height: number | undefined, maxHeight: number | undefined): number =>
  height === undefined || maxHeight === undefined ? 1 : Math.max(1, height / maxHeight);
