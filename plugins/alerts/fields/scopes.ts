/** What a rule may be evaluated on. */
export const SCOPES = [
  'event',
  'sfu',
  'host',
  'worker',
  'router',
  'room',
  'peer',
  'transport',
  'producer',
  'consumer',
  'dataProducer',
  'dataConsumer',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A variable of conditions: something that has fields. */
export type Variable = Scope;

const OF_TRANSPORT = ['transport', 'router', 'worker', 'room', 'peer', 'sfu', 'host'] as const;

/** The variables that a condition of a scope may read, itself first. */
export const VARIABLES: { readonly [S in Scope]: readonly Variable[] } = {
  event: ['event', 'sfu', 'host'],
  sfu: ['sfu', 'host'],
  host: ['host', 'sfu'],
  worker: ['worker', 'sfu', 'host'],
  router: ['router', 'worker', 'sfu', 'host'],
  room: ['room', 'sfu', 'host'],
  peer: ['peer', 'room', 'sfu', 'host'],
  transport: OF_TRANSPORT,
  producer: ['producer', ...OF_TRANSPORT],
  consumer: ['consumer', 'producer', ...OF_TRANSPORT],
  dataProducer: ['dataProducer', ...OF_TRANSPORT],
  dataConsumer: ['dataConsumer', ...OF_TRANSPORT],
};
