import type { ConsumerLayers } from '../../core/index.js';
import { builder } from '../builder.js';
import { SETTLED } from '../compiled/settled.js';
import { ConsumerRef, EntityInterface, NodeRef, ProducerRef, TransportInterface } from '../refs.js';
import { MediaKindEnum, RtpTypeEnum } from './enums.js';
import { ConsumerStatsRef, StreamRef } from './stats.js';

const LayersRef = builder.objectRef<ConsumerLayers>('ConsumerLayers').implement({
  description: 'A spatial and a temporal layer.',
  fields: (t) => ({
    spatialLayer: t.exposeInt('spatialLayer', { description: 'Spatial layer (picture size), from 0.' }),
    temporalLayer: t.exposeInt('temporalLayer', {
      nullable: true,
      description: 'Temporal layer (frame rate), from 0.',
    }),
  }),
});

builder.objectType(ConsumerRef, {
  description: 'Media out of a router.',
  interfaces: [EntityInterface, NodeRef],
  fields: (t) => ({
    producer: t.field({
      type: ProducerRef,
      nullable: true,
      description: 'What it forwards; `null` when that was not seen.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('producer', node.producer),
    }),
    mediaKind: t.expose('mediaKind', { type: MediaKindEnum, description: 'Audio or video.' }),
    type: t.field({
      type: RtpTypeEnum,
      description: 'How many streams and layers it has.',
      extensions: { [SETTLED]: true },
      resolve: ({ type }) => type,
    }),
    mimeType: t.exposeString('mimeType', { nullable: true, description: 'Codec, for example `video/VP8`.' }),
    clockRate: t.exposeInt('clockRate', { nullable: true, description: 'Clock rate of RTP, Hz.' }),
    paused: t.exposeBoolean('paused', { description: 'Whether the application paused it.' }),
    producerPaused: t.exposeBoolean('producerPaused', { description: 'Whether its producer is paused.' }),
    priority: t.exposeInt('priority', { nullable: true, description: 'Its share when bandwidth is short, 1–255.' }),
    score: t.exposeFloat('score', {
      nullable: true,
      description: 'Score of what it sends, 0–10; always `null` on a pipe.',
    }),
    producerScore: t.exposeFloat('producerScore', {
      nullable: true,
      description: 'Score of the stream of the producer that it forwards, 0–10.',
    }),
    producerScores: t.exposeFloatList('producerScores', { description: 'Score of each stream of the producer, 0–10.' }),
    preferredLayers: t.expose('preferredLayers', {
      type: LayersRef,
      nullable: true,
      description: 'Layers the application asked for.',
    }),
    currentLayers: t.expose('currentLayers', {
      type: LayersRef,
      nullable: true,
      description: 'Layers it forwards; `null` on simulcast and SVC means that it forwards nothing.',
    }),
    firstMediaMs: t.exposeFloat('firstMediaMs', {
      nullable: true,
      description: 'Time from opening to the first media sent, ms; `null` when none was.',
    }),
    starvedSince: t.expose('starvedSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when it forwards nothing though it is not paused and its producer flows; `null` while it does.',
    }),
    transport: t.field({
      type: TransportInterface,
      nullable: true,
      description: 'The transport it goes out by.',
      resolve: ({ parent }, _args, { pin }) => pin.snapshot.find('transport', parent),
    }),
    pipeTarget: t.field({
      type: ProducerRef,
      nullable: true,
      description: 'On a pipe: the producer at the other end that it feeds.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('producer', node.pipeTarget),
    }),
    stats: t.field({
      type: ConsumerStatsRef,
      nullable: true,
      description: 'Statistics of what it sends; `null` before the first sample.',
      resolve: (node, _args, { monitor }) => (monitor.stats.sampledAt(node) === null ? null : node),
    }),
    streams: t.field({
      type: [StreamRef],
      description: 'Each stream it sends, as last sampled; empty before the first sample.',
      resolve: (node, _args, { monitor }) => monitor.stats.streams(node),
    }),
  }),
});
