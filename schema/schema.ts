import './scalars.js';
import './types/node.js';
import './types/worker.js';
import './types/transport.js';
import './types/producer.js';
import './types/consumer.js';
import './types/data.js';
import './types/rtp-observer.js';
import './types/room.js';
import './types/peer.js';
import './types/alert-rule.js';
import './query.js';
import './alert-queries.js';
import './mutation.js';
import './mutations/alerts.js';
import './mutations/drain.js';
import './live/subscription.js';
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.js';
import { rememberOwn } from './compiled/own-resolvers.js';
import { guard } from './guard.js';
import { LIMITS } from './limits.js';

export interface SchemaOptions {
  /** What one operation may cost by estimate. @default LIMITS.maxCost */
  readonly maxCost?: number;
}

/** The executable schema. Every operation is checked for scope and cost before it does anything. */
export function buildSchema(options: SchemaOptions = {}): GraphQLSchema {
  return rememberOwn(guard(builder.toSchema(), options.maxCost ?? LIMITS.maxCost));
}
