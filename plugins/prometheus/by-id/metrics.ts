import type { FieldOf } from '../../../core/index.js';

type SharedField = FieldOf<'producer'> & FieldOf<'consumer'>;

export interface ByIdMetric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly kind: 'producer' | 'consumer';
  readonly field: SharedField;
  /** What one unit of the field is of the metric's. */
  readonly unit: number;
}

const FIELDS = [
  ['score', 'gauge', 'score', 1, 'Score, 0 to 10.'],
  ['throughput_bytes_per_second', 'gauge', 'bitrate', 0.125, 'Throughput over the last 2.5 s.'],
  ['fraction_lost_ratio', 'gauge', 'fractionLost', 1, 'Share of packets lost in the last RTCP interval, 0 to 1.'],
  ['jitter_seconds', 'gauge', 'jitter', 0.001, 'Interarrival jitter.'],
  ['round_trip_time_seconds', 'gauge', 'roundTripTime', 0.001, 'Round trip time, where it is known.'],
  ['bytes_total', 'counter', 'byteCount', 1, 'RTP bytes, retransmissions not included.'],
  ['packets_total', 'counter', 'packetCount', 1, 'RTP packets.'],
  ['packets_lost_total', 'counter', 'packetsLost', 1, 'Packets lost.'],
] as const;

/** Added by option `byId`: one series for each producer or consumer that is shown. They end with it. */
export const BY_ID: Readonly<Record<string, ByIdMetric>> = Object.fromEntries(
  (['producer', 'consumer'] as const).flatMap((kind) =>
    FIELDS.map(([ending, type, field, unit, help]) => [
      `mediasoup_${kind}_by_id_${ending}`,
      { type, help: `${help} One ${kind}.`, kind, field, unit },
    ]),
  ),
);

/** Series that one entity has. */
export const SERIES_PER_ENTITY = FIELDS.length;
