import type { StreamReading } from '../source.js';

/** Counters that every RTP stream has, in the order of the growths made of them. */
export const STREAM_COUNTERS = [
  'packetCount',
  'byteCount',
  'packetsLost',
  'packetsDiscarded',
  'packetsRetransmitted',
  'packetsRepaired',
  'rtxPacketsDiscarded',
  'nackCount',
  'nackPacketCount',
  'pliCount',
  'firCount',
] as const satisfies readonly (keyof StreamReading)[];

const GAUGES = [
  'bitrate',
  'fractionLost',
  'jitter',
  'roundTripTime',
  'score',
] as const satisfies readonly (keyof StreamReading)[];

/** All numbers that are kept of a stream, in the order of their places: the counters first. */
export const STREAM_NUMBERS = [...STREAM_COUNTERS, ...GAUGES] as const;

/** Writes `STREAM_NUMBERS` of a reading, in their order. */
export function writeNumbers(reading: StreamReading, into: Float64Array, from: number): void {
  // One by one: a field whose name is found in a list takes the engine several times as long.
  into[from] = reading.packetCount;
  into[from + 1] = reading.byteCount;
  into[from + 2] = reading.packetsLost;
  into[from + 3] = reading.packetsDiscarded;
  into[from + 4] = reading.packetsRetransmitted;
  into[from + 5] = reading.packetsRepaired;
  into[from + 6] = reading.rtxPacketsDiscarded;
  into[from + 7] = reading.nackCount;
  into[from + 8] = reading.nackPacketCount;
  into[from + 9] = reading.pliCount;
  into[from + 10] = reading.firCount;
  into[from + 11] = reading.bitrate;
  into[from + 12] = reading.fractionLost;
  into[from + 13] = reading.jitter;
  into[from + 14] = reading.roundTripTime;
  into[from + 15] = reading.score;
}
