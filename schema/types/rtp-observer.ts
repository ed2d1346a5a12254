import { builder } from '../builder.js';
import {
  ActiveSpeakerObserverRef,
  AudioLevelObserverRef,
  EntityInterface,
  NodeRef,
  ProducerRef,
  RtpObserverInterface,
  typeNameOf,
} from '../refs.js';

builder.interfaceType(RtpObserverInterface, {
  description: 'Listens to producers and tells who speaks.',
  interfaces: [EntityInterface, NodeRef],
  resolveType: typeNameOf,
  fields: (t) => ({
    paused: t.exposeBoolean('paused', { description: 'Whether it is paused.' }),
    producers: t.field({
      type: [ProducerRef],
      description: 'What it listens to.',
      complexity: { field: 1, multiplier: 10 },
      resolve: ({ producers }, _args, { pin }) => {
        const found = producers.flatMap((key) => pin.snapshot.find('producer', key) ?? []);
        pin.spend(found.length);
        return found;
      },
    }),
  }),
});

builder.objectType(AudioLevelObserverRef, {
  description: 'Tells how loud producers are: see the events RTP_OBSERVER_VOLUMES_REPORTED.',
  interfaces: [RtpObserverInterface, EntityInterface, NodeRef],
});

builder.objectType(ActiveSpeakerObserverRef, {
  description: 'Tells who speaks most.',
  interfaces: [RtpObserverInterface, EntityInterface, NodeRef],
  fields: (t) => ({
    dominantSpeaker: t.field({
      type: ProducerRef,
      nullable: true,
      description: 'Who speaks; `null` before the first one was found.',
      resolve: (node, _args, { pin }) => pin.snapshot.find('producer', node.dominantSpeaker),
    }),
  }),
});
