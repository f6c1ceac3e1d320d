// SPDX-License-Identifier: Apache-2.0
// Reads the figures of a connection: has a packet come, is the machine overloaded. Decides nothing more.

export interface Pulse {
  /** Packets (or bytes) the transport has received; grows while the path lives. */
  readonly received: number;
  readonly cpuLimited: boolean;
}
interface Row {
  readonly type: string;
  readonly kind?: string;
  readonly bytesReceived?: number;
  readonly packetsReceived?: number;
  readonly qualityLimitationReason?: string;
  readonly framesReceived?: number;
  readonly framesDecoded?: number;
  readonly framesPerSecond?: number;
}

const rowsOf = (report: RTCStatsReport): readonly Row[] => {
  const rows: Row[] = [];
  report.forEach((row: Row) => rows.push(row));
  return rows;
};

const sum = (rows: readonly Row[], field: 'bytesReceived' | 'packetsReceived'): number =>
  rows.reduce((total, row) => total + (row[field] ?? 0), 0);

/** Less than half of what arrives gets decoded: 15 frames is one second of a small camera. */
const decodingLags = (row: Row): boolean => {
  const behind = (row.framesReceived ?? 0) - (row.framesDecoded ?? 0);
  return behind > 15 && (row.framesPerSecond ?? 15) < 5;
};

export const pulseOf = (report: RTCStatsReport): Pulse => {
  const rows = rowsOf(report);
  const transports = rows.filter((row) => row.type === 'transport');
  // Firefox has no packetsReceived on transports: its candidate pairs count bytes.
  const pairs = rows.filter((row) => row.type === 'candidate-pair');
  return {
    received: Math.max(sum(transports, 'bytesReceived'), sum(pairs, 'bytesReceived'), sum(transports, 'packetsReceived')),
    cpuLimited: rows.some(
      (row) =>
        (row.type === 'outbound-rtp' && row.qualityLimitationReason === 'cpu') ||
        (row.type === 'inbound-rtp' && row.kind === 'video' && decodingLags(row)),
    ),
  };
};
