import type { EntityKey, EntityKind, GraphSnapshot, NodeOf } from '../../core/index.js';
import { builder } from '../builder.js';
import type { RoomQuality, RoomVerdict } from '../derive/room-quality.js';
import { eventsField, ofRoom } from '../lists/events.js';
import { consumerList, producerList } from '../lists/media.js';
import { peerList, qualityOf } from '../lists/rooms.js';
import { transportList } from '../lists/transports.js';
import { routerList } from '../lists/workers.js';
import { NodeRef, RoomRef } from '../refs.js';
import { CountsRef, countListed } from './counts.js';
import { MessagesRef, TrafficRef } from './traffic.js';

const RoomVerdictEnum = builder.enumType('RoomVerdict', {
  description: 'How well a room does.',
  values: {
    GOOD: { value: 'good', description: 'Everything flows well.' },
    FAIR: { value: 'fair', description: 'Somebody has a poor score or loses some packets.' },
    BAD: { value: 'bad', description: 'Something does not flow, or flows badly for many.' },
    IDLE: { value: 'idle', description: 'Nothing is meant to flow: nobody publishes, or all is paused.' },
    UNKNOWN: { value: 'unknown', description: 'Neither scores nor statistics have come yet.' },
  } as const satisfies Record<string, { value: RoomVerdict; description: string }>,
});

const ScoreCountRef = builder.objectRef<{ score: number; media: number }>('ScoreCount').implement({
  description: 'How many media have one score.',
  fields: (t) => ({
    score: t.exposeInt('score', { description: 'Score, 0–10.' }),
    media: t.exposeInt('media', { description: 'Producers and consumers that have it.' }),
  }),
});

const RoomQualityRef = builder.objectRef<RoomQuality>('RoomQuality').implement({
  description: 'How well a room does. Scores and losses are of the producers and consumers that are meant to flow.',
  fields: (t) => ({
    verdict: t.field({ type: RoomVerdictEnum, description: 'In one word.', resolve: ({ verdict }) => verdict }),
    reasons: t.exposeStringList('reasons', { description: 'What makes it less than good, in sentences.' }),
    participants: t.exposeInt('participants', { description: 'Peers.' }),
    publishers: t.exposeInt('publishers', { description: 'Peers that publish something that is not paused.' }),
    producers: t.exposeInt('producers', {
      description: 'Producers, paused ones included and copies behind pipes left out.',
    }),
    consumers: t.exposeInt('consumers', { description: 'Consumers, paused ones included and pipes left out.' }),
    stalledProducers: t.exposeInt('stalledProducers', {
      description: 'Producers that send nothing though not paused.',
    }),
    starvedConsumers: t.exposeInt('starvedConsumers', {
      description: 'Consumers that forward nothing though their producer flows.',
    }),
    unconnectedTransports: t.exposeInt('unconnectedTransports', { description: 'Transports that are not connected.' }),
    worstScore: t.exposeFloat('worstScore', { nullable: true, description: 'Lowest score, 0–10.' }),
    meanScore: t.exposeFloat('meanScore', { nullable: true, description: 'Mean score, 0–10.' }),
    scores: t.field({
      type: [ScoreCountRef],
      description: 'How scores spread; scores that nobody has are left out.',
      resolve: ({ scoreCounts }) => scoreCounts.flatMap((media, score) => (media === 0 ? [] : { score, media })),
    }),
    worstLoss: t.exposeFloat('worstLoss', {
      nullable: true,
      description: 'Highest share of packets lost lately, 0–1.',
    }),
    meanLoss: t.exposeFloat('meanLoss', { nullable: true, description: 'Mean share of packets lost lately, 0–1.' }),
  }),
});

/** The entities of one kind in a list of keys. */
export function pick<K extends EntityKind>(
  snapshot: GraphSnapshot,
  keys: readonly EntityKey[],
  kind: K,
): readonly NodeOf<K>[] {
  return keys.flatMap((key) => snapshot.find(kind, key) ?? []);
}

builder.objectType(RoomRef, {
  description: 'A room of the application: the entities that were identified as belonging to it.',
  interfaces: [NodeRef],
  fields: (t) => ({
    name: t.exposeString('room', { description: 'Its name or id, as the application gave it.' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'When its first entity appeared.' }),
    quality: t.field({
      type: RoomQualityRef,
      description: 'How well it does.',
      complexity: 20,
      resolve: (room, _args, context) => qualityOf(room, context),
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through its transports.',
      resolve: ({ room }, _args, { monitor }) => monitor.stats.totals({ scope: 'room', room }),
    }),
    messages: t.field({
      type: MessagesRef,
      description: 'Its signalling and data channels.',
      resolve: ({ room }, _args, { monitor }) => monitor.trafficTotals.room(room),
    }),
    counts: t.field({
      type: CountsRef,
      description: 'What is open in it.',
      resolve: ({ entities }, _args, { pin }) => countListed(pin.snapshot, entities),
    }),
    peers: peerList.field(t, { description: 'Its peers.', nested: true, from: ({ peers }) => peers }),
    routers: routerList.field(t, {
      description: 'Its routers: several when it spreads over workers.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'router'),
    }),
    events: eventsField(t, { description: 'What happened to it lately, oldest first.', whose: ofRoom }),
    transports: transportList.field(t, {
      description: 'Its transports.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'transport'),
    }),
    producers: producerList.field(t, {
      description: 'What is published in it.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'producer'),
    }),
    consumers: consumerList.field(t, {
      description: 'What is received in it.',
      nested: true,
      from: ({ entities }, { pin }) => pick(pin.snapshot, entities, 'consumer'),
    }),
  }),
});
