// SPDX-License-Identifier: Apache-2.0
// Whose packets fill a slot: the publication named by the packets (CSRC, RFC 3550 §5.1) against the mapping the
// server announced. A name is shown only while both agree; pure, the observations come from stats.ts.

export interface Expected {
  readonly publication: number | null;
  /** First rewritten RTP timestamp of this publication in this slot. */
  readonly rtp: number | null;
}
export interface SourceSeen {
  readonly source: number;
  readonly timestamp: number;
  readonly rtpTimestamp: number;
}
export interface Observation {
  readonly contributing: readonly SourceSeen[];
  readonly synchronization: readonly SourceSeen[];
}

const newest = (seen: readonly SourceSeen[]): SourceSeen | null =>
  seen.reduce<SourceSeen | null>((best, item) => (best === null || item.timestamp > best.timestamp ? item : best), null);

/** RTP timestamps wrap at 2^32: a is not before b when it lies less than half a turn ahead. */
export const rtpNotBefore = (a: number, b: number): boolean => ((a - b) >>> 0) < 0x80000000;

/**
 * The publication that the packets confirm, or null. `before` is what was confirmed last: it stands while no new
 * packet says otherwise (a silent voice sends none for a while).
 */
export const confirm = (expected: Expected, before: number | null, seen: Observation): number | null => {
  const { publication, rtp } = expected;
  if (publication === null) return null;
  const named = newest(seen.contributing);
  if (named !== null) return named.source === publication ? publication : null;
  const latest = newest(seen.synchronization);
  if (latest === null) return before === publication ? publication : null;
  // This browser hides the CSRC of this kind: the announced first timestamp stands in for it.
  if (rtp === null) return null;
  return rtpNotBefore(latest.rtpTimestamp, rtp) ? publication : null;
};
