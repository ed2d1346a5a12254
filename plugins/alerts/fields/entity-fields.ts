import {
  type EntityKind,
  type FieldInfo,
  type NodeOf,
  SAMPLE_FIELDS,
  type SampledKind,
  type StatsReader,
} from '../../../core/index.js';
import type { Cursor } from './cursor.js';
import { type Fields, flagField, type NumberField, numberField, textField } from './field.js';

/** Every sampled value of a kind, with its unit as in the one table of samples. */
function sampled(kind: SampledKind): Fields {
  const infos: Readonly<Record<string, FieldInfo>> = SAMPLE_FIELDS[kind];
  return Object.fromEntries(Object.entries(infos).map(([name, info]) => [name, sampledField(kind, name, info)]));
}

/** `StatsReader.value` of a kind and field that only the table knows. */
type AnyValue = (node: NodeOf<SampledKind>, field: string) => number;

function sampleOf(stats: StatsReader, node: NodeOf<SampledKind>, field: string): number {
  return (stats.value as AnyValue).call(stats, node, field);
}

function sampledField(kind: SampledKind, name: string, { unit, help }: FieldInfo): NumberField {
  const read = (cursor: Cursor): number => {
    if (cursor.columns !== null && cursor.node?.kind === kind) return cursor.columns[name]?.[cursor.row] ?? Number.NaN;
    const node = cursor.entity(kind);
    return node === undefined ? Number.NaN : sampleOf(cursor.world.stats, node, name);
  };
  return { type: 'double', unit, help, sample: name, read };
}

/** What every entity of a kind has. */
function common(kind: EntityKind): Fields {
  return {
    id: textField("The SFU's own id; of a worker its pid.", (c) => c.entity(kind)?.id),
    room: textField('Its room.', (c) => c.entity(kind)?.room),
    peer: textField('Its peer.', (c) => c.entity(kind)?.peer),
    ageSeconds: numberField('s', 'Since it opened.', (c) => {
      const node = c.entity(kind);
      return node && Math.max(0, c.world.now() - node.openedAt) / 1_000;
    }),
  };
}

export const WORKER_FIELDS: Fields = {
  ...common('worker'),
  ...sampled('worker'),
  pid: numberField('', 'Its process.', (c) => c.entity('worker')?.pid),
  hung: flagField('Whether it does not answer.', (c) => {
    const node = c.entity('worker');
    return node && node.hungSince !== null;
  }),
  stress: numberField(
    'ratio',
    'The larger of CPU use as a share of 0.9 cores and answering time as a share of 250 ms; above 1 is too much.',
    (c) => {
      const node = c.entity('worker');
      if (node === undefined) return undefined;
      const cpu = c.world.stats.value<'worker'>(node, 'cpuRatio') / 0.9;
      const probe = c.world.stats.value<'worker'>(node, 'probeMs') / 250;
      return Number.isNaN(cpu) ? probe : Number.isNaN(probe) ? cpu : Math.max(cpu, probe);
    },
  ),
};

export const ROUTER_FIELDS: Fields = common('router');

export const TRANSPORT_FIELDS: Fields = {
  ...common('transport'),
  ...sampled('transport'),
  type: textField('`webrtc`, `plain`, `pipe` or `direct`.', (c) => c.entity('transport')?.type),
  iceState: textField("mediasoup's word.", (c) => c.entity('transport')?.iceState),
  dtlsState: textField("mediasoup's word.", (c) => c.entity('transport')?.dtlsState),
  sctpState: textField("mediasoup's word.", (c) => c.entity('transport')?.sctpState),
  neverConnected: flagField('Whether it has not connected within the threshold of liveness.', (c) => {
    const node = c.entity('transport');
    return node && node.neverConnectedSince !== null;
  }),
  idle: flagField('Whether it is connected and receives nothing.', (c) => {
    const node = c.entity('transport');
    return node && node.idleSince !== null;
  }),
};

export const PRODUCER_FIELDS: Fields = {
  ...common('producer'),
  ...sampled('producer'),
  score: numberField('score', 'The best score among its encodings, 0–10.', (c) => c.entity('producer')?.score),
  mediaKind: textField('`audio` or `video`.', (c) => c.entity('producer')?.mediaKind),
  type: textField('`simple`, `simulcast`, `svc` or `pipe`.', (c) => c.entity('producer')?.type),
  mimeType: textField('Of its first codec.', (c) => c.entity('producer')?.mimeType),
  paused: flagField('Whether it is paused.', (c) => c.entity('producer')?.paused),
  stalled: flagField('Whether it is not paused and sends nothing.', (c) => {
    const node = c.entity('producer');
    return node && node.stalledSince !== null;
  }),
  piped: flagField('Whether it is the copy behind a pipe.', (c) => {
    const node = c.entity('producer');
    return node && (node.type === 'pipe' || node.pipeOrigin !== null);
  }),
};

export const CONSUMER_FIELDS: Fields = {
  ...common('consumer'),
  ...sampled('consumer'),
  score: numberField('score', '0–10; unknown for pipes.', (c) => c.entity('consumer')?.score),
  producerScore: numberField('score', 'Of what it consumes, 0–10.', (c) => c.entity('consumer')?.producerScore),
  mediaKind: textField('`audio` or `video`.', (c) => c.entity('consumer')?.mediaKind),
  type: textField('`simple`, `simulcast`, `svc` or `pipe`.', (c) => c.entity('consumer')?.type),
  paused: flagField('Whether the application paused it.', (c) => c.entity('consumer')?.paused),
  producerPaused: flagField('Whether its producer is paused.', (c) => c.entity('consumer')?.producerPaused),
  starved: flagField('Whether it gets nothing though it is not paused and its producer flows.', (c) => {
    const node = c.entity('consumer');
    return node && node.starvedSince !== null;
  }),
};

export const DATA_PRODUCER_FIELDS: Fields = {
  ...common('dataProducer'),
  ...sampled('dataProducer'),
  label: textField('Of the data channel.', (c) => c.entity('dataProducer')?.label),
  paused: flagField('Whether it is paused.', (c) => c.entity('dataProducer')?.paused),
};

export const DATA_CONSUMER_FIELDS: Fields = {
  ...common('dataConsumer'),
  ...sampled('dataConsumer'),
  label: textField('Of the data channel.', (c) => c.entity('dataConsumer')?.label),
  paused: flagField('Whether it is paused.', (c) => c.entity('dataConsumer')?.paused),
};
