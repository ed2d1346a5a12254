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
