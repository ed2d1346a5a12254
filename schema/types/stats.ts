import {
  type FieldInfo,
  type FieldOf,
  type NodeOf,
  SAMPLE_FIELDS,
  type SampledKind,
  type StreamSample,
} from '../../core/index.js';
import { builder } from '../builder.js';
import { known } from '../known.js';

const UNITS: Readonly<Record<FieldInfo['unit'], string>> = {
  bytes: 'bytes',
  packets: 'packets',
  messages: 'messages',
  count: 'a number',
  'bits/s': 'bits/s',
  'bytes/s': 'bytes/s',
  '1/s': 'per second',
  ms: 'ms',
  ratio: 'a share, 0–1',
  score: '0–10',
};

/** The type of one kind's statistics, made from the table of sampled fields; its source is the node itself. */
function statsType<K extends SampledKind>(kind: K, name: string, what: string) {
  const table: Readonly<Record<string, FieldInfo>> = SAMPLE_FIELDS[kind];
  return builder.objectRef<NodeOf<K>>(name).implement({
    description: `Statistics of ${what}, as last sampled. A field is \`null\` while it is unknown.`,
    fields: (t) => ({
      sampledAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When they were taken.',
        resolve: (node, _args, { monitor }) => monitor.stats.sampledAt(node as NodeOf<SampledKind>),
      }),
      ...Object.fromEntries(
        Object.entries(table).map(([field, info]) => [
          field,
          t.field({
            type: info.type === 'counter' ? 'Counter' : 'Float',
            nullable: true,
            description: `${info.help} Unit: ${UNITS[info.unit]}.`,
            resolve: (node, _args, { monitor }) => known(monitor.stats.value(node, field as FieldOf<K>)),
          }),
        ]),
      ),
    }),
  });
}

export const WorkerStatsRef = statsType('worker', 'WorkerStats', 'a worker process');
export const TransportStatsRef = statsType('transport', 'TransportStats', 'a transport');
export const ProducerStatsRef = statsType('producer', 'ProducerStats', 'a producer: all its streams together');
export const ConsumerStatsRef = statsType('consumer', 'ConsumerStats', 'a consumer: what it sends');
export const DataProducerStatsRef = statsType('dataProducer', 'DataProducerStats', 'a data producer');
export const DataConsumerStatsRef = statsType('dataConsumer', 'DataConsumerStats', 'a data consumer');

const LayerBitrateRef = builder
  .objectRef<{ spatialLayer: number; temporalLayer: number; bitrate: number }>('LayerBitrate')
  .implement({
    description: 'Bit rate of one layer of a stream.',
    fields: (t) => ({
      spatialLayer: t.exposeInt('spatialLayer', { description: 'Spatial layer, from 0.' }),
      temporalLayer: t.exposeInt('temporalLayer', { description: 'Temporal layer, from 0.' }),
      bitrate: t.float({
        nullable: true,
        description: 'Bit rate up to this layer, bits/s.',
        resolve: ({ bitrate }) => known(bitrate),
      }),
    }),
  });

const STREAM_GAUGES = {
  bitrate: 'Bit rate, bits/s.',
  fractionLost: 'Share of packets lost in the last RTCP interval, 0–1.',
  jitter: 'Interarrival jitter, ms.',
  roundTripTime: 'Round trip time to the endpoint, ms.',
  score: 'Score of this stream, 0–10.',
} as const;

const STREAM_COUNTERS = {
  packetCount: 'RTP packets, retransmissions not included.',
  byteCount: 'Bytes of those packets, RTP headers included.',
  packetsLost: 'Packets reported lost.',
} as const;

export const StreamRef = builder.objectRef<StreamSample>('RtpStream').implement({
  description: 'One RTP stream, as last sampled: one for each encoding.',
  fields: (t) => ({
    ssrc: t.float({ description: 'Its number in RTP.', resolve: ({ ssrc }) => ssrc }),
    rtxSsrc: t.float({
      nullable: true,
      description: 'Number of its retransmissions.',
      resolve: ({ rtxSsrc }) => rtxSsrc,
    }),
    rid: t.exposeString('rid', { nullable: true, description: 'Name of the encoding, where it has one.' }),
    mimeType: t.exposeString('mimeType', { description: 'Codec, for example `video/VP8`.' }),
    ...Object.fromEntries(
      Object.entries(STREAM_COUNTERS).map(([field, description]) => [
        field,
        t.field({
          type: 'Counter',
          nullable: true,
          description,
          resolve: (stream) => known(stream[field as keyof typeof STREAM_COUNTERS]),
        }),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(STREAM_GAUGES).map(([field, description]) => [
        field,
        t.float({
          nullable: true,
          description,
          resolve: (stream) => known(stream[field as keyof typeof STREAM_GAUGES]),
        }),
      ]),
    ),
    bitrateByLayer: t.field({
      type: [LayerBitrateRef],
      description: 'Bit rates of its layers; empty where there are none.',
      resolve: ({ bitrateByLayer }) =>
        Object.entries(bitrateByLayer).map(([layer, bitrate]) => {
          const [spatialLayer = 0, temporalLayer = 0] = layer.split('.').map(Number);
          return { spatialLayer, temporalLayer, bitrate };
        }),
    }),
  }),
});
