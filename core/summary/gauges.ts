import type { FieldOf } from '../model/samples.js';

const STREAM = ['roundTripTime', 'jitter', 'bitrate', 'fractionLost'] as const satisfies readonly (FieldOf<'producer'> &
  FieldOf<'consumer'>)[];

/** Sampled values whose percentiles a summary tells, by kind; their places are those of the sketches in a page. */
export const GAUGES = {
  producer: STREAM,
  consumer: STREAM,
  transport: [
    'recvBitrate',
    'sendBitrate',
    'availableOutgoingBitrate',
    'rtpPacketLossReceived',
    'rtpPacketLossSent',
  ] satisfies FieldOf<'transport'>[],
  dataProducer: [],
  dataConsumer: [],
} as const;

/** Kinds of entities that are summarized one by one. */
export type SummarizedKind = keyof typeof GAUGES;

export function isSummarized(kind: string): kind is SummarizedKind {
  return Object.hasOwn(GAUGES, kind);
}
