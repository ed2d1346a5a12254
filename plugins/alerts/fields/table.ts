import {
  CONSUMER_FIELDS,
  DATA_CONSUMER_FIELDS,
  DATA_PRODUCER_FIELDS,
  PRODUCER_FIELDS,
  ROUTER_FIELDS,
  TRANSPORT_FIELDS,
  WORKER_FIELDS,
} from './entity-fields.js';
import { EVENT_FIELDS } from './event-fields.js';
import type { Fields } from './field.js';
import type { Variable } from './scopes.js';
import {
  HOST_FIELDS,
  PEER_FIELDS,
  ROOM_FIELDS,
  ROUTER_TALLY_FIELDS,
  SFU_FIELDS,
  WORKER_TALLY_FIELDS,
} from './whole-fields.js';

/** The one table of what conditions can read: types, units, docs and values come from it. */
export const FIELDS: { readonly [V in Variable]: Fields } = {
  event: EVENT_FIELDS,
  sfu: SFU_FIELDS,
  host: HOST_FIELDS,
  worker: { ...WORKER_FIELDS, ...WORKER_TALLY_FIELDS },
  router: { ...ROUTER_FIELDS, ...ROUTER_TALLY_FIELDS },
  room: ROOM_FIELDS,
  peer: PEER_FIELDS,
  transport: TRANSPORT_FIELDS,
  producer: PRODUCER_FIELDS,
  consumer: CONSUMER_FIELDS,
  dataProducer: DATA_PRODUCER_FIELDS,
  dataConsumer: DATA_CONSUMER_FIELDS,
};
