import type { Cursor } from './cursor.js';
import { type Fields, flagField, numberField, textField } from './field.js';
import type { Tally } from './tally.js';

type Numbers = {
  readonly [N in keyof Tally as Tally[N] extends number ? N : never]: readonly [unit: string, help: string];
};

const TALLY: Numbers = {
  producers: ['count', 'Open producers, without the copies behind pipes.'],
  activeProducers: ['count', 'Those that are not paused.'],
  stalledProducers: ['count', 'Those that send nothing though not paused.'],
  stalledRatio: ['ratio', 'Stalled producers, of the active ones, 0–1.'],
  consumers: ['count', 'Open consumers, without those of pipes.'],
  activeConsumers: ['count', 'Those that are not paused and whose producer is not.'],
  starvedConsumers: ['count', 'Those that get nothing though not paused.'],
  starvedRatio: ['ratio', 'Starved consumers, of the active ones, 0–1.'],
  transports: ['count', 'Open transports.'],
  unconnectedTransports: ['count', 'Those that are not connected now.'],
  producerScoreP10: ['score', 'A tenth of the active producers has this score or a lower one, 0–10.'],
  consumerScoreP10: ['score', 'A tenth of the active consumers has this score or a lower one, 0–10.'],
  producerLossP95: ['ratio', 'A twentieth of the active producers loses this share of its packets or more, 0–1.'],
  consumerLossP95: ['ratio', 'A twentieth of the active consumers loses this share of its packets or more, 0–1.'],
};

/** Names of the fields that are counted in rounds. */
export const TALLY_FIELDS: ReadonlySet<string> = new Set(Object.keys(TALLY));

function tallyFields(tallyOf: (cursor: Cursor) => Tally | null | undefined): Fields {
  return Object.fromEntries(
    Object.entries<readonly [string, string]>(TALLY).map(([name, [unit, help]]) => [
      name,
      numberField(unit, help, (c) => tallyOf(c)?.[name as keyof Numbers]),
    ]),
  );
}

export const WORKER_TALLY_FIELDS = tallyFields((c) => c.node && c.world.tallies.entity(c.node.worker));
export const ROUTER_TALLY_FIELDS = tallyFields((c) =>
  c.node?.router == null ? null : c.world.tallies.entity(c.node.router),
);

export const ROOM_FIELDS: Fields = {
  ...tallyFields((c) => (c.room === null ? null : c.world.tallies.room(c.room))),
  name: textField('Its name.', (c) => c.room),
  peers: numberField('count', 'Peers in it.', (c) =>
    c.room === null ? null : c.world.graph.snapshot().room(c.room)?.peers.length,
  ),
};

export const PEER_FIELDS: Fields = {
  ...tallyFields((c) => (c.peer === null ? null : c.world.tallies.peer(c.room, c.peer))),
  name: textField('Its name.', (c) => c.peer),
};

export const SFU_FIELDS: Fields = {
  ...tallyFields((c) => c.world.tallies.sfu()),
  workers: numberField('count', 'Open workers.', (c) => c.world.graph.snapshot().count('worker')),
  rooms: numberField('count', 'Open rooms.', (c) => c.world.graph.snapshot().rooms().length),
  peers: numberField('count', 'Peers in all rooms.', (c) => c.world.graph.snapshot().peers().length),
  workerDeaths: numberField('count', 'Workers that died in the last 5 minutes.', (c) => c.world.windows.workerDeaths),
  iceDisconnects: numberField(
    'count',
    'Transports whose ICE disconnected in the last 5 minutes.',
    (c) => c.world.windows.iceDisconnects,
  ),
  iceDisconnectRatio: numberField('ratio', 'The same, of the open transports.', (c) => {
    const transports = c.world.graph.snapshot().count('transport');
    const { iceDisconnects } = c.world.windows;
    return iceDisconnects / Math.max(transports, iceDisconnects);
  }),
  dtlsFailures: numberField(
    'count',
    'DTLS handshakes that failed in the last 5 minutes.',
    (c) => c.world.windows.dtlsFailures,
  ),
  dtlsFailureRatio: numberField('ratio', 'The same, of those that ended.', (c) => c.world.windows.dtlsFailureRatio),
  neverConnected: numberField(
    'count',
    'Transports found never to have connected in the last 15 minutes.',
    (c) => c.world.windows.neverConnected,
  ),
  neverConnectedRatio: numberField(
    'ratio',
    'The same, of those that opened.',
    (c) => c.world.windows.neverConnectedRatio,
  ),
  tickSkipRatio: numberField(
    'ratio',
    'Ticks of the sampler left out in the last 5 minutes because the one before still ran, of all.',
    (c) => c.world.windows.tickSkipRatio,
  ),
  monitorCpuRatio: numberField(
    'ratio',
    'CPU the sampler used, as a share of a core.',
    (c) => c.world.status().cpuShare,
  ),
  pluginsDown: numberField(
    'count',
    'Plugins that failed, are suspended or say that they fail.',
    (c) =>
      c.world
        .status()
        .plugins.filter(
          ({ state, health }) => state === 'failed' || state === 'suspended' || health.status === 'failing',
        ).length,
  ),
  pluginQueueRatio: numberField('ratio', 'The fullest event queue of a plugin, 0–1.', (c) =>
    Math.max(0, ...c.world.status().plugins.map(({ queueRatio }) => queueRatio)),
  ),
  draining: flagField('Whether the node shall get no new work.', (c) => c.world.status().draining !== null),
};

export const HOST_FIELDS: Fields = {
  cpuRatio: numberField('ratio', 'Busy share of all cores.', (c) => c.world.host.latest?.cpu.ratio),
  stealRatio: numberField('ratio', 'Time the hypervisor gave to others.', (c) => c.world.host.latest?.cpu.stealRatio),
  load1: numberField('', 'Load average over a minute.', (c) => c.world.host.latest?.cpu.load1),
  memoryAvailableRatio: numberField('ratio', 'Memory that can be had, of all.', ({ world }) => {
    const { total = null, available = null } = world.host.latest?.memory ?? {};
    return total === null || available === null ? null : available / total;
  }),
  containerMemoryRatio: numberField('ratio', 'Memory used, of the limit of the container.', ({ world }) => {
    const { memoryLimit = null, memoryUsed = null } = world.host.latest?.container ?? {};
    return memoryLimit === null || memoryUsed === null ? null : memoryUsed / memoryLimit;
  }),
  throttledRatio: numberField(
    'ratio',
    'Time the container was held back by its CPU quota.',
    (c) => c.world.hostRates.throttled,
  ),
  udpReceiveBufferErrorsPerSecond: numberField(
    '1/s',
    'Datagrams lost because a receive buffer was full.',
    (c) => c.world.hostRates.receiveBufferErrors,
  ),
  udpSendBufferErrorsPerSecond: numberField(
    '1/s',
    'Datagrams lost because a send buffer was full.',
    (c) => c.world.hostRates.sendBufferErrors,
  ),
  processCpuRatio: numberField(
    'ratio',
    'CPU of this process, as a share of a core.',
    (c) => c.world.host.latest?.process.cpuRatio,
  ),
  processMemory: numberField(
    'bytes',
    'Resident memory of this process.',
    (c) => c.world.host.latest?.process.residentMemory,
  ),
  eventLoopDelayP99: numberField(
    'ms',
    'How late timers of this process come, 99th percentile of the last interval.',
    (c) => c.world.host.latest?.process.eventLoopDelayP99,
  ),
  eventLoopUtilization: numberField(
    'ratio',
    'Share of time in which the event loop was not idle.',
    (c) => c.world.host.latest?.process.eventLoopUtilization,
  ),
};
