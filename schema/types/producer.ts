import type { ProducerScore } from '../../core/index.js';
import { builder } from '../builder.js';
import { SETTLED } from '../compiled/settled.js';
import { type Blame, type ProducerVerdict, producerVerdict } from '../derive/producer-verdict.js';
import { type LayerViewers, viewerLayers } from '../derive/viewer-layers.js';
import { originOf, viewersOf } from '../derive/viewers.js';
import { consumerList } from '../lists/media.js';
import { ConsumerRef, EntityInterface, NodeRef, ProducerRef, TransportInterface } from '../refs.js';
import { MediaKindEnum, RtpTypeEnum } from './enums.js';
import { ProducerStatsRef, StreamRef } from './stats.js';

const EncodingScoreRef = builder.objectRef<ProducerScore>('EncodingScore').implement({
  description: 'Score of one encoding of a producer.',
  fields: (t) => ({
    encodingIdx: t.exposeInt('encodingIdx', { description: 'Number of the encoding, from 0.' }),
    ssrc: t.float({ description: 'Its number in RTP.', resolve: ({ ssrc }) => ssrc }),
    rid: t.exposeString('rid', { nullable: true, description: 'Name of the encoding, where it has one.' }),
    score: t.exposeInt('score', { description: '0 (no RTP) to 10.' }),
  }),
});

const VideoOrientationRef = builder
  .objectRef<{ readonly camera: boolean; readonly flip: boolean; readonly rotation: number }>('VideoOrientation')
  .implement({
    description: 'How the picture is held.',
    fields: (t) => ({
      camera: t.exposeBoolean('camera', { description: 'Whether the source is a camera.' }),
      flip: t.exposeBoolean('flip', { description: 'Whether it is mirrored.' }),
      rotation: t.exposeInt('rotation', { description: 'Rotation, degrees.' }),
    }),
  });

const LayerViewersRef = builder.objectRef<LayerViewers>('LayerViewers').implement({
  description: 'How many viewers get one layer.',
  fields: (t) => ({
    spatialLayer: t.exposeInt('spatialLayer', {
      nullable: true,
      description: 'Spatial layer, from 0; `null` when they get none, or the media has no layers.',
    }),
    temporalLayer: t.exposeInt('temporalLayer', { nullable: true, description: 'Temporal layer, from 0.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether these consumers, or the producer, are paused.' }),
    viewers: t.exposeInt('viewers', { description: 'Number of consumers.' }),
  }),
});

const BlameEnum = builder.enumType('Blame', {
  description: 'Where the trouble of a producer lies.',
  values: {
    PUBLISHER: { value: 'publisher', description: 'On the way from the publisher to the SFU, or in the publisher.' },
    SFU: { value: 'sfu', description: 'In the SFU: its worker or its host.' },
    SUBSCRIBER: { value: 'subscriber', description: 'On the way to some of the viewers.' },
    HEALTHY: { value: 'healthy', description: 'Nowhere: it flows well.' },
    UNKNOWN: { value: 'unknown', description: 'There is nothing to judge by.' },
  } as const satisfies Record<string, { value: Blame; description: string }>,
});

const UplinkRef = builder.objectRef<ProducerVerdict['uplink']>('Uplink').implement({
  description: 'The way from the publisher to the SFU.',
  fields: (t) => ({
    score: t.exposeFloat('score', { nullable: true, description: 'Score of what comes in, 0–10.' }),
    loss: t.exposeFloat('loss', { nullable: true, description: 'Share of packets lost lately, 0–1.' }),
    jitter: t.exposeFloat('jitter', { nullable: true, description: 'Interarrival jitter, ms.' }),
    roundTripTime: t.exposeFloat('roundTripTime', { nullable: true, description: 'Round trip time, ms.' }),
  }),
});

const VerdictRef = builder.objectRef<ProducerVerdict>('ProducerVerdict').implement({
  description:
    'Whether what viewers see of a producer suffers on its way in, in the SFU, or on the way to some viewers.',
  fields: (t) => ({
    verdict: t.field({ type: BlameEnum, description: 'Where the trouble lies.', resolve: ({ verdict }) => verdict }),
    reasons: t.exposeStringList('reasons', { description: 'What the verdict rests on, in sentences.' }),
    uplink: t.expose('uplink', { type: UplinkRef, description: 'Numbers of the way in.' }),
    workerCpuRatio: t.exposeFloat('workerCpuRatio', {
      nullable: true,
      description: 'CPU its worker used lately, as a share of one core.',
    }),
    viewers: t.exposeInt('viewers', { description: 'Those who receive it and are not paused, also behind pipes.' }),
    suffering: t.field({
      type: [ConsumerRef],
      description: 'Those of them that do badly; at most 100.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ suffering }, _args, { pin }) => {
        const shown = suffering.slice(0, 100);
        pin.spend(shown.length);
        return shown;
      },
    }),
  }),
});

builder.objectType(ProducerRef, {
  description: 'Media into a router.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    mediaKind: t.expose('mediaKind', { type: MediaKindEnum, description: 'Audio or video.' }),
    type: t.field({
      type: RtpTypeEnum,
      description: 'How many streams and layers it has.',
      extensions: { [SETTLED]: true },
      resolve: ({ type }) => type,
    }),
    mimeType: t.exposeString('mimeType', { nullable: true, description: 'Codec, for example `video/VP8`.' }),
    clockRate: t.exposeInt('clockRate', { nullable: true, description: 'Clock rate of RTP, Hz.' }),
    encodings: t.exposeInt('encodings', { description: 'Number of encodings offered; above 1 is simulcast.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether it is paused: muted, or the camera is off.' }),
    score: t.exposeFloat('score', { nullable: true, description: 'Best score of its encodings, 0–10.' }),
    scores: t.field({
      type: [EncodingScoreRef],
      description: 'Score of each encoding.',
      resolve: ({ scores }) => scores,
    }),
    videoOrientation: t.expose('videoOrientation', {
      type: VideoOrientationRef,
      nullable: true,
      description: 'How the picture is held, where the publisher tells.',
    }),
    firstMediaMs: t.exposeFloat('firstMediaMs', {
      nullable: true,
      description: 'Time from opening to the first media seen, ms; `null` when none has come.',
    }),
    stalledSince: t.expose('stalledSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it has sent nothing though it is not paused; `null` while it flows.',
    }),
    transport: t.field({
      type: TransportInterface,
      nullable: true,
      description: 'The transport it comes in by.',
      resolve: ({ parent }, _args, { pin }) => pin.snapshot.find('transport', parent),
    }),
    pipeOrigin: t.field({
      type: ConsumerRef,
      nullable: true,
      description: 'On a pipe: the consumer at the other end that feeds it.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('consumer', node.pipeOrigin),
    }),
    origin: t.field({
      type: ProducerRef,
      description: 'The producer it is a copy of, through all pipes: ask it for the peer. Itself when it is no copy.',
      resolve: (node, _args, { pin }) => originOf(pin.snapshot, node),
    }),
    stats: t.field({
      type: ProducerStatsRef,
      nullable: true,
      description: 'Statistics of all its streams together; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
    streams: t.field({
      type: [StreamRef],
      description: 'Each stream as last sampled; empty before the first sample.',
      resolve: (node, _args, { monitor }) => monitor.stats.streams(node),
    }),
    viewerLayers: t.field({
      type: [LayerViewersRef],
      description: 'How many viewers get which layer, the highest first; those behind pipes included.',
      complexity: { field: 10, multiplier: 4 },
      resolve: (node, _args, { pin }) => viewerLayers(viewersOf(pin.snapshot, node)),
    }),
    verdict: t.field({
      type: VerdictRef,
      description: 'Whether bad quality of it is the fault of its publisher, the SFU, or some viewers.',
      complexity: 10,
      resolve: (node, _args, { pin, monitor }) => producerVerdict(pin.snapshot, monitor.stats, node),
    }),
    viewers: consumerList.field(t, {
      description: 'Who receives it in the end: also behind pipes, the pipes themselves left out.',
      nested: true,
      from: (node, { pin }) => viewersOf(pin.snapshot, node),
    }),
    consumers: consumerList.field(t, {
      description: 'Its consumers in this router, pipes included.',
      nested: true,
      from: ({ key }, { pin }) => pin.snapshot.consumersOf(key),
      inOrder: true,
    }),
  }),
});
