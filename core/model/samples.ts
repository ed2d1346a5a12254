import type { EntityKey, EntityNode, NodeOf } from './entity.js';

/** How a value behaves. A counter never falls, whatever the worker's own counter does. */
export type FieldType = 'counter' | 'gauge';

export interface FieldInfo {
  readonly type: FieldType;
  readonly unit: 'bytes' | 'packets' | 'messages' | 'count' | 'bits/s' | 'bytes/s' | '1/s' | 'ms' | 'ratio' | 'score';
  /** One sentence, shown in docs and in the GraphQL schema. */
  readonly help: string;
}

const counter = (unit: FieldInfo['unit'], help: string): FieldInfo => ({ type: 'counter', unit, help });
const gauge = (unit: FieldInfo['unit'], help: string): FieldInfo => ({ type: 'gauge', unit, help });

const RTP_COMMON = {
  packetCount: counter('packets', 'RTP packets, retransmissions not included.'),
  byteCount: counter('bytes', 'Bytes of those packets, RTP headers included.'),
  packetsLost: counter('packets', 'Packets reported lost; falls of the reported number are not counted.'),
  packetsDiscarded: counter('packets', 'Packets that came too late or twice.'),
  packetsRetransmitted: counter('packets', 'Packets sent again.'),
  packetsRepaired: counter('packets', 'Lost packets that a retransmission replaced.'),
  nackCount: counter('count', 'NACK messages.'),
  nackPacketCount: counter('packets', 'Packets asked for in NACK messages.'),
  pliCount: counter('count', 'Picture loss indications: requests for a key frame.'),
  firCount: counter('count', 'Full intra requests.'),
  bitrate: gauge('bits/s', 'Bit rate over the last 2.5 s, as mediasoup computes it.'),
  fractionLost: gauge('ratio', 'Share of packets lost in the last RTCP interval, 0–1; the worst of its streams.'),
  jitter: gauge('ms', 'Interarrival jitter, converted from RTP clock units; the worst of its streams.'),
  roundTripTime: gauge('ms', 'RTCP round trip time to the endpoint; unknown until a report came.'),
  packetsPerSecond: gauge('1/s', 'Packets per second since the last sample.'),
  lossRatio: gauge('ratio', 'Packets lost since the last sample, as a share of those expected, 0–1.'),
  nacksPerSecond: gauge('1/s', 'NACK messages per second since the last sample.'),
  plisPerSecond: gauge('1/s', 'Key-frame requests (PLI and FIR) per second since the last sample.'),
  score: gauge('score', "mediasoup's health estimate, 0–10."),
} as const;

/**
 * The one table of sampled values: kind, field, unit, meaning. Columns, GraphQL fields and docs are made from it.
 * Field names are mediasoup's; units are converted once, in the source, to those given here.
 */
export const SAMPLE_FIELDS = {
  worker: {
    cpuUserMs: counter('ms', 'CPU time in user mode (`ru_utime`).'),
    cpuSystemMs: counter('ms', 'CPU time in kernel mode (`ru_stime`).'),
    cpuRatio: gauge('ratio', 'CPU used since the last sample as a share of one core.'),
    residentMemory: gauge('bytes', 'Resident memory now, from the operating system.'),
    peakResidentMemory: gauge('bytes', 'Highest resident memory ever (`ru_maxrss`); never falls.'),
    minorFaults: counter('count', 'Page faults served without I/O.'),
    majorFaults: counter('count', 'Page faults that needed I/O.'),
    voluntarySwitches: counter('count', 'Context switches because the worker waited.'),
    involuntarySwitches: counter('count', 'Context switches because its time slice ended.'),
    probeMs: gauge('ms', 'Time the worker took to answer the last probe.'),
  },
  transport: {
    bytesReceived: counter('bytes', 'All bytes received.'),
    bytesSent: counter('bytes', 'All bytes sent.'),
    recvBitrate: gauge('bits/s', 'Receiving bit rate over the last second.'),
    sendBitrate: gauge('bits/s', 'Sending bit rate over the last second.'),
    rtpBytesReceived: counter('bytes', 'RTP bytes received.'),
    rtpBytesSent: counter('bytes', 'RTP bytes sent.'),
    rtpRecvBitrate: gauge('bits/s', 'RTP bit rate received.'),
    rtpSendBitrate: gauge('bits/s', 'RTP bit rate sent.'),
    rtxBytesReceived: counter('bytes', 'Retransmitted bytes received.'),
    rtxBytesSent: counter('bytes', 'Retransmitted bytes sent.'),
    rtxRecvBitrate: gauge('bits/s', 'Retransmission bit rate received.'),
    rtxSendBitrate: gauge('bits/s', 'Retransmission bit rate sent.'),
    probationBytesSent: counter('bytes', 'Bytes sent to probe the bandwidth.'),
    probationSendBitrate: gauge('bits/s', 'Probing bit rate.'),
    availableOutgoingBitrate: gauge('bits/s', 'Estimated bandwidth towards the endpoint.'),
    availableIncomingBitrate: gauge('bits/s', 'Estimated bandwidth from the endpoint.'),
    maxIncomingBitrate: gauge('bits/s', 'Limit set by the application.'),
    maxOutgoingBitrate: gauge('bits/s', 'Limit set by the application.'),
    minOutgoingBitrate: gauge('bits/s', 'Floor set by the application.'),
    rtpPacketLossReceived: gauge('ratio', 'Share of incoming packets lost, 0–1; only with transport-cc.'),
    rtpPacketLossSent: gauge('ratio', 'Share of outgoing packets lost, 0–1; only with transport-cc.'),
  },
  producer: { ...RTP_COMMON, rtxPacketsDiscarded: counter('packets', 'Retransmissions that came too late or twice.') },
  consumer: RTP_COMMON,
  dataProducer: {
    messagesReceived: counter('messages', 'Messages received.'),
    bytesReceived: counter('bytes', 'Bytes of those messages.'),
    messagesPerSecond: gauge('1/s', 'Messages per second since the last sample.'),
    bytesPerSecond: gauge('bytes/s', 'Bytes per second since the last sample.'),
  },
  dataConsumer: {
    messagesSent: counter('messages', 'Messages sent.'),
    bytesSent: counter('bytes', 'Bytes of those messages.'),
    bufferedAmount: gauge('bytes', 'Bytes waiting to be sent.'),
    messagesPerSecond: gauge('1/s', 'Messages per second since the last sample.'),
    bytesPerSecond: gauge('bytes/s', 'Bytes per second since the last sample.'),
  },
} as const satisfies Partial<Record<EntityNode['kind'], Readonly<Record<string, FieldInfo>>>>;

/** Kinds that have statistics. */
export type SampledKind = keyof typeof SAMPLE_FIELDS;
export const SAMPLED_KINDS = Object.keys(SAMPLE_FIELDS) as readonly SampledKind[];

export type FieldOf<K extends SampledKind> = keyof (typeof SAMPLE_FIELDS)[K] & string;

/** One column per field; `NaN` is unknown, never 0. */
export type Columns<K extends SampledKind> = { readonly [F in FieldOf<K>]: Float64Array };

/**
 * One kind, one tick, one worker: row `i` of every column belongs to `entities[i]`. Where a tick sampled many entities they come in
 * several batches, each entity in one of them.
 * The columns are used again after delivery: `copy()` to keep a batch.
 */
export interface SampleBatch<K extends SampledKind> {
  readonly kind: K;
  /** The worker whose lane filled it. */
  readonly worker: EntityKey;
  /** Counts the ticks of this run. */
  readonly tick: number;
  /** Wall time in ms when the batch was complete. */
  readonly at: number;
  readonly length: number;
  /** Share of the worker's open entities of this kind that this tick sampled, 0–1. */
  readonly coverage: number;
  readonly entities: readonly NodeOf<K>[];
  readonly columns: Columns<K>;
  copy(): SampleBatch<K>;
}

/** `batch.kind === 'consumer'` narrows the columns. */
export type AnySampleBatch = { [K in SampledKind]: SampleBatch<K> }[SampledKind];

/** One RTP stream of a producer (one per encoding), as last sampled. `NaN` is unknown. */
export interface StreamSample {
  readonly ssrc: number;
  readonly rtxSsrc: number | null;
  readonly rid: string | null;
  readonly mimeType: string;
  readonly packetCount: number;
  readonly byteCount: number;
  readonly packetsLost: number;
  readonly bitrate: number;
  readonly fractionLost: number;
  readonly jitter: number;
  readonly roundTripTime: number;
  readonly score: number;
  /** Bits per second by layer, keyed `spatial.temporal`. */
  readonly bitrateByLayer: Readonly<Record<string, number>>;
}

/** What went through one scope (the SFU, a worker, a router, a room, a peer). Counters keep what closed entities moved. */
export interface TrafficTotals {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  /** RTP packets into and out of producers and consumers; `NaN` while nobody wants those sampled. */
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly packetsLostReceived: number;
  readonly packetsLostSent: number;
  /** Sum over the open transports, bits/s. */
  readonly recvBitrate: number;
  readonly sendBitrate: number;
}
