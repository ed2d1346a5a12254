import type { Draining, MonitorStatus } from '../../core/index.js';
import { builder } from '../builder.js';
import { type SfuCapacity, sfuCapacity } from '../derive/sfu-capacity.js';
import { CountsRef, countAll } from './counts.js';
import { TrafficRef } from './traffic.js';

const CapacityRef = builder.objectRef<SfuCapacity>('Capacity').implement({
  description: 'What all workers together carry, and how much more they can.',
  fields: (t) => ({
    consumers: t.exposeInt('consumers', { description: 'Open consumers.' }),
    consumersLimit: t.exposeInt('consumersLimit', { description: 'Consumers the workers should not exceed together.' }),
    cpuRatio: t.exposeFloat('cpuRatio', {
      nullable: true,
      description: 'CPU used lately, as a share of one core; mean of the workers.',
    }),
    headroom: t.exposeInt('headroom', {
      nullable: true,
      description:
        'How many more consumers the workers can take together; `null` when that cannot be told of one of them.',
    }),
  }),
});

const DrainingRef = builder.objectRef<Draining>('Draining').implement({
  description: 'A node shall get no new work.',
  fields: (t) => ({
    since: t.expose('since', { type: 'DateTime', description: 'Since when.' }),
    reason: t.exposeString('reason', { description: 'Why, as whoever said so put it.' }),
  }),
});

export const SfuRef = builder.objectRef<MonitorStatus>('Sfu').implement({
  description: 'The SFU as a whole.',
  fields: (t) => ({
    name: t.string({ description: 'What it is, for example `mediasoup`.', resolve: ({ source }) => source.name }),
    version: t.string({ nullable: true, description: 'Its version.', resolve: ({ source }) => source.version }),
    runId: t.exposeString('runId', { description: 'Names this run of the monitor.' }),
    watchedSince: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the monitor began to watch.',
    }),
    uptimeMs: t.float({
      nullable: true,
      description: 'Age of the oldest worker, ms; `null` when there is none.',
      resolve: (_status, _args, { pin }) => {
        const [oldest] = pin.snapshot.all('worker');
        return oldest === undefined ? null : Math.max(0, pin.now - oldest.openedAt);
      },
    }),
    counts: t.field({
      type: CountsRef,
      description: 'What is open.',
      resolve: (_status, _args, { pin }) => countAll(pin.snapshot),
    }),
    rooms: t.int({ description: 'Open rooms.', resolve: (_status, _args, { pin }) => pin.snapshot.rooms().length }),
    peers: t.int({ description: 'Peers present.', resolve: (_status, _args, { pin }) => pin.snapshot.peers().length }),
    alerts: t.int({
      description: 'Alerts that fire now; see `alerts`.',
      resolve: (_status, _args, { monitor }) =>
        monitor.alerts.active().filter(({ state }) => state === 'firing').length,
    }),
    draining: t.expose('draining', {
      type: DrainingRef,
      nullable: true,
      description: 'Why this node shall get no new work; `null` while it takes work.',
    }),
    traffic: t.field({
      type: TrafficRef,
      description: 'What went through all transports.',
      resolve: (_status, _args, { monitor }) => monitor.stats.totals({ scope: 'sfu' }),
    }),
    capacity: t.field({
      type: CapacityRef,
      description: 'What the workers carry, and how much more they can.',
      complexity: 10,
      resolve: (_status, _args, { pin, monitor, capacity }) => sfuCapacity(pin.snapshot, monitor.stats, capacity),
    }),
  }),
});
