import type { FieldOf } from '../model/samples.js';
import type { Reading, StreamReading } from '../source.js';
import { NO_LAYERS, type ReadingSpace, type Writable } from './reading-space.js';
import type {
  DataConsumerStatShape,
  DataProducerStatShape,
  ResourceUsageShape,
  RtpStatShape,
  TransportStatShape,
} from './shapes.js';
import type { MediasoupTraits } from './version.js';

const TYPE_OF = { producer: 'inbound-rtp', consumer: 'outbound-rtp' } as const;

/** mediasoup's signed loss counter came as an unsigned one in old versions: from here on it means a negative number. */
const NEGATIVE_FROM = 2 ** 31;

/** What the statistics of a producer or consumer do not tell of themselves. */
export interface RtpTraits {
  /** Hz; `null` when unknown. */
  readonly clockRate: number | null;
  /** Whether its score means anything. */
  readonly scored: boolean;
}

export function workerReading(
  usage: ResourceUsageShape,
  { timestamp, probeMs }: { timestamp: number; probeMs: number },
  traits: MediasoupTraits,
): Reading<'worker'> {
  return {
    timestamp,
    values: {
      cpuUserMs: usage.ru_utime,
      cpuSystemMs: usage.ru_stime,
      peakResidentMemory: usage.ru_maxrss * traits.peakMemoryUnit,
      minorFaults: usage.ru_minflt,
      majorFaults: usage.ru_majflt,
      voluntarySwitches: usage.ru_nvcsw,
      involuntarySwitches: usage.ru_nivcsw,
      probeMs,
    },
    streams: [],
  };
}

const TRANSPORT_COUNTS = [
  'bytesReceived',
  'bytesSent',
  'recvBitrate',
  'sendBitrate',
  'rtpBytesReceived',
  'rtpBytesSent',
  'rtpRecvBitrate',
  'rtpSendBitrate',
  'rtxBytesReceived',
  'rtxBytesSent',
  'rtxRecvBitrate',
  'rtxSendBitrate',
  'probationBytesSent',
  'probationSendBitrate',
  'rtpPacketLossReceived',
  'rtpPacketLossSent',
] as const satisfies readonly FieldOf<'transport'>[];

/** What may not be set or estimated. */
const TRANSPORT_BITRATES = [
  'availableOutgoingBitrate',
  'availableIncomingBitrate',
  'maxIncomingBitrate',
  'maxOutgoingBitrate',
  'minOutgoingBitrate',
] as const satisfies readonly FieldOf<'transport'>[];

export function transportReading(stat: TransportStatShape | undefined, traits: MediasoupTraits): Reading<'transport'> {
  if (stat === undefined) return { timestamp: monotonicNow(), values: {}, streams: [] };
  const values: { [F in FieldOf<'transport'>]?: number } = {};
  for (const field of TRANSPORT_COUNTS) {
    const value = stat[field];
    if (value !== undefined) values[field] = value;
  }
  for (const field of TRANSPORT_BITRATES) {
    const value = stat[field];
    if (value !== undefined && !(value === 0 && traits.zeroBitrateIsUnknown)) values[field] = value;
  }
  return { timestamp: stat.timestamp, values, streams: [] };
}

/**
 * Producers: what they receive, one stream per encoding. Consumers: what they send; mediasoup adds the producer's own stream
 * to their statistics, which is left out. A producer without a packet so far has no stream yet. The reading stands in `space`.
 */
export function rtpReading<K extends 'producer' | 'consumer'>(
  kind: K,
  stats: readonly RtpStatShape[],
  { clockRate, scored }: RtpTraits,
  space: ReadingSpace,
): Reading<K> {
  const reading = space.begin();
  for (const stat of stats) {
    if (stat.type !== TYPE_OF[kind]) continue;
    writeStream(space.addStream(), stat, clockRate, scored);
    if (reading.streams.length === 1) reading.timestamp = stat.timestamp;
  }
  if (reading.streams.length === 0) reading.timestamp = monotonicNow();
  return reading as Reading<K>;
}

export function dataProducerReading(stat: DataProducerStatShape | undefined): Reading<'dataProducer'> {
  if (stat === undefined) return { timestamp: monotonicNow(), values: {}, streams: [] };
  const { timestamp, messagesReceived, bytesReceived } = stat;
  return { timestamp, values: { messagesReceived, bytesReceived }, streams: [] };
}

export function dataConsumerReading(stat: DataConsumerStatShape | undefined): Reading<'dataConsumer'> {
  if (stat === undefined) return { timestamp: monotonicNow(), values: {}, streams: [] };
  const { timestamp, messagesSent, bytesSent, bufferedAmount } = stat;
  return { timestamp, values: { messagesSent, bytesSent, bufferedAmount }, streams: [] };
}

function writeStream(
  stream: Writable<StreamReading>,
  stat: RtpStatShape,
  clockRate: number | null,
  scored: boolean,
): void {
  const { packetsLost, roundTripTime, jitter } = stat;
  stream.ssrc = stat.ssrc;
  stream.rtxSsrc = stat.rtxSsrc ?? null;
  stream.rid = stat.rid ?? null;
  stream.mimeType = stat.mimeType;
  stream.packetCount = stat.packetCount;
  stream.byteCount = stat.byteCount;
  stream.packetsLost = packetsLost >= NEGATIVE_FROM ? packetsLost - 2 * NEGATIVE_FROM : packetsLost;
  stream.packetsDiscarded = stat.packetsDiscarded;
  stream.packetsRetransmitted = stat.packetsRetransmitted;
  stream.packetsRepaired = stat.packetsRepaired;
  stream.rtxPacketsDiscarded = retransmissionsDiscarded(stat.rtxPacketsDiscarded, stat.rtxSsrc ?? null);
  stream.nackCount = stat.nackCount;
  stream.nackPacketCount = stat.nackPacketCount;
  stream.pliCount = stat.pliCount;
  stream.firCount = stat.firCount;
  stream.bitrate = stat.bitrate;
  stream.fractionLost = stat.fractionLost / 256;
  stream.jitter = jitter === undefined ? Number.NaN : jitterMs(jitter, clockRate);
  stream.roundTripTime = roundTripTime === undefined ? Number.NaN : roundTripMs(roundTripTime);
  stream.score = scored ? stat.score : Number.NaN;
  stream.bitrateByLayer = stat.bitrateByLayer ?? NO_LAYERS;
}

/** mediasoup leaves a 0 out, and so it does for a stream that has no retransmissions at all, where it is unknown here. */
export function retransmissionsDiscarded(told: number | undefined, rtxSsrc: number | null): number {
  return told ?? (rtxSsrc === null ? Number.NaN : 0);
}

/** From RTP clock units. */
export function jitterMs(jitter: number, clockRate: number | null): number {
  return clockRate === null ? Number.NaN : (jitter / clockRate) * 1000;
}

/** 0 stands for "not measured yet". */
export function roundTripMs(told: number): number {
  return told === 0 ? Number.NaN : told;
}

/** The clock of mediasoup's time stamps: the host's monotonic one, the same in the worker and here. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
