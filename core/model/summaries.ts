import type { CloseReason, EntityRef, MediaKind } from './entity.js';

/**
 * Percentiles of a sampled value. Every sample counts the same, however long ago the one before it was. A percentile is the
 * value of nearest rank: that share of the samples, rounded up, is not above it.
 */
export interface Percentiles {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  /** Samples they rest on: the value was known, and the stream was not paused. */
  readonly samples: number;
  /** Each percentile lies at most this share of its true value beside it, 0–1. */
  readonly error: number;
}

/** Percentiles of the score by time: exact, because mediasoup tells every change. */
export interface ScorePercentiles {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  /** ms for which there was a score and no pause. */
  readonly knownMs: number;
}

interface Ended {
  readonly reason: CloseReason;
  /** From opening, or from being found, to the close. */
  readonly durationMs: number;
  /** Samples taken of it, those during a pause included. */
  readonly samples: number;
  /** ms from the last sample to the close: what it moved then is not in the counters. `null` when it was never sampled. */
  readonly unsampledMs: number | null;
}

/** What producers and consumers have in common. Counters are those of the sampler and `null` when they were never told. */
interface StreamSummary extends Ended {
  readonly mediaKind: MediaKind;
  readonly mimeType: string | null;
  /** From opening to the first RTP seen; `null` when none was, or when it was found late. */
  readonly firstMediaMs: number | null;
  /** Paused by either side. */
  readonly pausedMs: number;
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly packetsLost: number | null;
  /** Of a producer: share of the packets that should have come. Of a consumer: share of those that were sent. */
  readonly lossRatio: number | null;
  readonly packetsRetransmitted: number | null;
  readonly nackCount: number | null;
  /** PLI and FIR. */
  readonly keyFrameRequests: number | null;
  readonly score: ScorePercentiles | null;
  /** ms. */
  readonly roundTripTime: Percentiles | null;
  /** ms. */
  readonly jitter: Percentiles | null;
  /** bits/s. */
  readonly bitrate: Percentiles | null;
  /** Share lost in one RTCP interval, 0–1. */
  readonly fractionLost: Percentiles | null;
}

export interface ProducerSummary extends StreamSummary {
  /** How often it was not paused and sent nothing, and for how long in all. */
  readonly stalls: number;
  readonly stalledMs: number;
}

/** Shares of the time without a pause, 0–1; the place in a list is the number of the layer. */
export interface LayerShares {
  /** Nothing was forwarded. */
  readonly none: number;
  readonly spatial: readonly number[];
  readonly temporal: readonly number[];
  /** From one layer to another; a start or a stop is none. */
  readonly switches: number;
}

export interface ConsumerSummary extends StreamSummary {
  readonly starvations: number;
  readonly starvedMs: number;
  /** Of simulcast and SVC; `null` for others and when it was paused all the time. */
  readonly layers: LayerShares | null;
}

export interface TransportSummary extends Ended {
  readonly everConnected: boolean;
  /** From opening; `null` when it did not happen or was not seen. */
  readonly iceConnectMs: number | null;
  readonly dtlsConnectMs: number | null;
  /** How often it was connected and received nothing, and for how long in all. */
  readonly idles: number;
  readonly idleMs: number;
  readonly bytesReceived: number | null;
  readonly bytesSent: number | null;
  readonly rtpBytesReceived: number | null;
  readonly rtpBytesSent: number | null;
  readonly rtxBytesReceived: number | null;
  readonly rtxBytesSent: number | null;
  /** bits/s. */
  readonly recvBitrate: Percentiles | null;
  readonly sendBitrate: Percentiles | null;
  readonly availableOutgoingBitrate: Percentiles | null;
  /** Shares of packets, 0–1; only with transport-cc. */
  readonly rtpPacketLossReceived: Percentiles | null;
  readonly rtpPacketLossSent: Percentiles | null;
}

export interface DataProducerSummary extends Ended {
  readonly pausedMs: number;
  readonly bytes: number | null;
  readonly messages: number | null;
}

export interface DataConsumerSummary extends DataProducerSummary {
  /** How often the send buffer was full, so that messages were lost. */
  readonly bufferFills: number;
}

/** What the streams of a peer or a room came to. Only what has closed counts; all has when a peer or a room ends. */
interface Gathered {
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  /** Time without a pause, added up over producers and over consumers. */
  readonly producedMs: number;
  readonly consumedMs: number;
  readonly stalls: number;
  readonly starvations: number;
  /** The stream with the lowest median of its score. */
  readonly worstScore: { readonly stream: EntityRef; readonly p50: number } | null;
  /** The stream with the highest loss, of those with 100 packets at least. */
  readonly worstLoss: { readonly stream: EntityRef; readonly lossRatio: number } | null;
  /** All bytes of its transports. Counters of the sampler; `null` while the kind was not sampled. */
  readonly bytesReceived: number | null;
  readonly bytesSent: number | null;
  readonly packetsReceived: number | null;
  readonly packetsSent: number | null;
  readonly packetsLostReceived: number | null;
  readonly packetsLostSent: number | null;
}

/** Bytes and messages that came from the peer (`In`) and went to it (`Out`). */
export interface SessionTraffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
}

export interface PeerSummary extends Gathered {
  readonly durationMs: number;
  /** From joining to leaving; `null` when nothing was accounted. */
  readonly signalling: SessionTraffic | null;
  readonly data: SessionTraffic | null;
}

export interface RoomSummary extends Gathered {
  readonly durationMs: number;
  /** Joins: a peer that left and came back counts twice. */
  readonly participants: number;
  readonly peakParticipants: number;
  /** Time that its peers stayed, added up. */
  readonly participantMs: number;
}

/** Data of the summaries by event type. */
export interface SummaryMap {
  'transport.summarized': TransportSummary;
  'producer.summarized': ProducerSummary;
  'consumer.summarized': ConsumerSummary;
  'dataProducer.summarized': DataProducerSummary;
  'dataConsumer.summarized': DataConsumerSummary;
  'room.summarized': RoomSummary;
  'peer.summarized': PeerSummary;
}
