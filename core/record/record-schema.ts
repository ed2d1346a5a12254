import { z } from 'zod';
import { ENTITY_KINDS } from '../model/entity.js';
import { NODE_NAME } from './node-name.js';
import { RECORD_LEVELS, RECORD_SCHEMA } from './record.js';

const entity = z.looseObject({
  kind: z.enum(ENTITY_KINDS).describe('What it is.'),
  id: z.string().describe("mediasoup's own id; of a worker its pid as text."),
  key: z.string().describe('Unique in one run: ids repeat across routers.'),
});

/**
 * The envelope as a receiver may rely on it; docs/record.schema.json is made from it. Fields may be added without a new
 * number, so a receiver must let fields pass that it does not know.
 */
export const recordSchema = z
  .looseObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9-]+-(s?\d+|\d+-gap)$/)
      .describe('The same at every attempt and after a restart, unique among all nodes: leave duplicates out by it.'),
    schema: z.literal(RECORD_SCHEMA).describe('Number of this schema.'),
    node: z.string().regex(NODE_NAME).describe('Name of the SFU node.'),
    runId: z.string().min(1).describe('One run of one monitor.'),
    seq: z
      .int()
      .min(0)
      .describe("The event's number, +1 with every event of a run; batches of samples and losses are counted apart."),
    time: z.iso.datetime({ precision: 3 }).describe('UTC with milliseconds.'),
    level: z.enum(RECORD_LEVELS).describe('DEBUG is detail of what was switched on, or samples.'),
    class: z
      .enum(['durable', 'latest'])
      .describe('`durable` is promised to arrive; of `latest` only the newest matters, and it may be dropped.'),
    type: z
      .string()
      .regex(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/)
      .describe('An event type, `<kind>.sampled`, or `monitor.recordsLost`.'),
    entity: entity.nullable().describe('What it is about; `null` for a room, a peer or the monitor.'),
    ancestors: z.array(entity).describe('From the worker down to the parent.'),
    room: z.string().nullable(),
    peer: z.string().nullable(),
    appData: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('Labels that the application gave the entity, and allow-listed keys of its appData.'),
    message: z.string().min(1).describe('One sentence for people.'),
    data: z.record(z.string(), z.json()).describe('Depends on `type`; numbers that are unknown are `null`.'),
  })
  .meta({ title: 'sfuscope record' });
