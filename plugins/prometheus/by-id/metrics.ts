import type { FieldOf } from '../../../core/index.js';

type SharedField = FieldOf<'producer'> & FieldOf<'consumer'>;

/** Brings values from the unit of a field to that of its metric, in place. */
type Scale = (values: Float64Array, from: number, to: number) => void;

export interface ByIdMetric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly kind: 'producer' | 'consumer';
  readonly field: SharedField;
  readonly scale: Scale;
}

const BITS_PER_BYTE = 8;
const MICROSECONDS_PER_MS = 1_000;
const MICROSECONDS = 1_000_000;

const asItIs: Scale = () => {};

const bytes: Scale = (values, from, to) => {
  for (let i = from; i < to; i++) values[i]! /= BITS_PER_BYTE;
};

/** From ms, to the microsecond: mediasoup itself tells jitter in steps of 11 µs or more, and round trip times in steps of 15. */
const seconds: Scale = (values, from, to) => {
  for (let i = from; i < to; i++) values[i] = Math.round(values[i]! * MICROSECONDS_PER_MS) / MICROSECONDS;
};

const FIELDS = [
  ['score', 'gauge', 'score', asItIs, 'Score, 0 to 10.'],
  ['throughput_bytes_per_second', 'gauge', 'bitrate', bytes, 'Throughput over the last 2.5 s.'],
  ['fraction_lost_ratio', 'gauge', 'fractionLost', asItIs, 'Share of packets lost in the last RTCP interval, 0 to 1.'],
  ['jitter_seconds', 'gauge', 'jitter', seconds, 'Interarrival jitter.'],
  ['round_trip_time_seconds', 'gauge', 'roundTripTime', seconds, 'Round trip time, where it is known.'],
  ['bytes_total', 'counter', 'byteCount', asItIs, 'RTP bytes, retransmissions not included.'],
  ['packets_total', 'counter', 'packetCount', asItIs, 'RTP packets.'],
  ['packets_lost_total', 'counter', 'packetsLost', asItIs, 'Packets lost.'],
] as const;

/** Added by option `byId`: one series for each producer or consumer that is shown. They end with it. */
export const BY_ID: Readonly<Record<string, ByIdMetric>> = Object.fromEntries(
  (['producer', 'consumer'] as const).flatMap((kind) =>
    FIELDS.map(([ending, type, field, scale, help]) => [
      `mediasoup_${kind}_by_id_${ending}`,
      { type, help: `${help} One ${kind}.`, kind, field, scale },
    ]),
  ),
);

/** Series that one entity has. */
export const SERIES_PER_ENTITY = FIELDS.length;
