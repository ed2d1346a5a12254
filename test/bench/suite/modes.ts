/** What can run beside the SFU. */
export const MODES = {
  none: 'nothing attached',
  burst: 'bare getStats() of everything at once, the floor',
  paced: 'bare getStats(), 64 at a time over 3 s',
  spurts: 'bare getStats(), 64 at a time, 512 after one another over 3 s, as sfuscope asks',
  few: 'the same of 1,100 entities in turn, about as many as sfuscope asks by default',
  requests: 'mediasoup’s request() of everything at once, answers unread',
  unread: 'the same, asked as sfuscope asks: the floor of fastDecode',
  idle: 'sfuscope, nobody asking',
  default: 'sfuscope by default, with Prometheus and GraphQL idle',
  full: 'sfuscope, every entity in every interval',
  fast: 'the same with attach.fastDecode',
  prometheus: 'sfuscope by default, scraped every interval',
  alerts: 'sfuscope with alerts and their default rules',
  webhook: 'sfuscope with webhook',
  stdout: 'sfuscope with stdout, to /dev/null',
  amqp: 'sfuscope with amqp, to RabbitMQ',
  loki: 'sfuscope with loki',
  influx: 'sfuscope with influx',
  exporter: 'mediasoup-exporter 0.0.4, scraped every interval',
} as const;

export type ModeName = keyof typeof MODES;

export const MODE_NAMES = Object.keys(MODES) as readonly ModeName[];

export function isModeName(name: string): name is ModeName {
  return Object.hasOwn(MODES, name);
}
