import type { FieldOf } from '../../../core/index.js';
import { FixedPoint } from '../series/fixed-point.js';

type SharedField = FieldOf<'producer'> & FieldOf<'consumer'>;

export interface ByIdMetric {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly kind: 'producer' | 'consumer';
  readonly field: SharedField;
  readonly number: FixedPoint;
}

const whole = new FixedPoint({ places: 0, scale: 1, rounded: false });
/** Of whole bits. */
const bytes = new FixedPoint({ places: 3, scale: 1 / 8, rounded: false });
/** Of shares of 256, as RTCP tells them. */
const ratio = new FixedPoint({ places: 8, scale: 1, rounded: false });
/** From ms, to the microsecond: mediasoup itself tells jitter in steps of 11 µs or more, and round trip times in steps of 15. */
const seconds = new FixedPoint({ places: 6, scale: 1 / 1_000, rounded: true });

const FIELDS = [
  ['score', 'gauge', 'score', whole, 'Score, 0 to 10.'],
  ['throughput_bytes_per_second', 'gauge', 'bitrate', bytes, 'Throughput over the last 2.5 s.'],
  ['fraction_lost_ratio', 'gauge', 'fractionLost', ratio, 'Share of packets lost in the last RTCP interval, 0 to 1.'],
  ['jitter_seconds', 'gauge', 'jitter', seconds, 'Interarrival jitter.'],
  ['round_trip_time_seconds', 'gauge', 'roundTripTime', seconds, 'Round trip time, where it is known.'],
  ['bytes_total', 'counter', 'byteCount', whole, 'RTP bytes, retransmissions not included.'],
  ['packets_total', 'counter', 'packetCount', whole, 'RTP packets.'],
  ['packets_lost_total', 'counter', 'packetsLost', whole, 'Packets lost.'],
] as const;

/** Added by option `byId`: one series for each producer or consumer that is shown. They end with it. */
export const BY_ID: Readonly<Record<string, ByIdMetric>> = Object.fromEntries(
  (['producer', 'consumer'] as const).flatMap((kind) =>
    FIELDS.map(([ending, type, field, number, help]) => [
      `mediasoup_${kind}_by_id_${ending}`,
      { type, help: `${help} One ${kind}.`, kind, field, number },
    ]),
  ),
);

/** Series that one entity has. */
export const SERIES_PER_ENTITY = FIELDS.length;
