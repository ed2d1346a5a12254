import { EVENT_TEXTS, type EntityRef, type EventType, eventMessage } from '../../core/index.js';
import { builder } from '../builder.js';
import { entityId } from '../ids.js';
import { exposeDetail, maskAddress } from '../mask.js';
import { EntityInterface, EventRef } from '../refs.js';
import { EntityKindEnum, SeverityEnum } from './enums.js';
import { EVENT_TYPES, enumNameOf } from './event-types.js';

export const EventTypeEnum = builder.enumType('EventType', {
  description: 'What happened: the kind of thing, then what it did.',
  values: Object.fromEntries(
    EVENT_TYPES.map((type) => [
      enumNameOf(type),
      { value: type, description: `${EVENT_TEXTS[type].help} (\`${type}\`)` },
    ]),
  ) as Record<string, { value: EventType; description: string }>,
});

export const EntityRefRef = builder.objectRef<EntityRef>('EntityRef').implement({
  description: 'Names an entity that may have closed since.',
  fields: (t) => ({
    id: t.id({
      description: 'As for `node(id)`, which gives `null` once it has closed.',
      resolve: (ref, _args, { monitor }) => entityId(monitor.runId, ref),
    }),
    kind: t.field({ type: EntityKindEnum, description: 'What it is.', resolve: ({ kind }) => kind }),
    key: t.exposeString('key', { description: 'Unique in this run.' }),
    nativeId: t.exposeString('id', { description: "The SFU's own id; a worker's pid." }),
  }),
});

builder.objectType(EventRef, {
  description: 'Something that happened.',
  fields: (t) => ({
    seq: t.field({
      type: 'Counter',
      description:
        'Number of the event in this run; every change of the graph is one event, so `graph` counts the same.',
      resolve: ({ seq }) => seq,
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    type: t.field({ type: EventTypeEnum, description: 'What happened.', resolve: ({ type }) => type }),
    severity: t.field({ type: SeverityEnum, description: 'How much it matters.', resolve: ({ severity }) => severity }),
    message: t.string({
      description: 'The same in a sentence.',
      resolve: (event, _args, { exposure }) => maskAddress(eventMessage(event), exposure),
    }),
    entityRef: t.field({
      type: EntityRefRef,
      nullable: true,
      description: 'To whom it happened; `null` for a room, a peer or the monitor itself.',
      resolve: ({ entity }) => entity,
    }),
    entity: t.field({
      type: EntityInterface,
      nullable: true,
      description: 'To whom it happened, as it is now; `null` once it has closed.',
      resolve: ({ entity }, _args, { pin }) => (entity === null ? null : pin.snapshot.find(entity.kind, entity.key)),
    }),
    ancestors: t.field({
      type: [EntityRefRef],
      description: 'What it lived in, from the worker down.',
      resolve: ({ ancestors }) => ancestors,
    }),
    room: t.exposeString('room', { nullable: true, description: 'Name of the room it belongs to.' }),
    peer: t.exposeString('peer', { nullable: true, description: 'Id of the peer it belongs to.' }),
    data: t.field({
      type: 'JSON',
      description: 'Details, an object; its fields depend on the type. Times in ms.',
      resolve: ({ data }, _args, { exposure }) => exposeDetail(data, exposure),
    }),
  }),
});
