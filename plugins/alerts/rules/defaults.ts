import type { RuleInput } from './rule.js';

/** The rules that ship with the program: quiet on a healthy SFU, each for one way in which SFUs fail. */
export const DEFAULT_RULES: readonly RuleInput[] = [
  {
    name: 'WorkerDied',
    scope: 'event',
    when: 'event.type == "worker.died"',
    keepFiringFor: '5m',
    severity: 'critical',
    annotations: {
      summary:
        'Worker {{labels.worker}} died ({{event.signal}}) with {{event.lostRouters}} routers and {{event.lostConsumers}} consumers.',
      description:
        'Everything in it is gone; clients must join again. SIGKILL is mostly the machine running out of memory.',
    },
  },
  {
    name: 'WorkerHung',
    scope: 'worker',
    when: 'worker.hung',
    severity: 'critical',
    annotations: {
      summary: 'Worker {{labels.worker}} (pid {{worker.id}}) does not answer.',
      description:
        'Nobody can join, leave or change anything in its rooms; media may still flow. If it stays so, end the process.',
    },
  },
  {
    name: 'WorkerCpuHigh',
    scope: 'worker',
    when: 'worker.cpuRatio > 0.8',
    for: '2m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'Worker {{labels.worker}} uses {{value}} of its core.',
      description:
        'A worker has one thread: beyond this it delays and loses packets of all its rooms. Place new rooms elsewhere.',
    },
  },
  {
    name: 'WorkerStressed',
    scope: 'worker',
    when: 'worker.stress > 1 && !worker.hung',
    for: '30s',
    keepFiringFor: '1m',
    severity: 'critical',
    annotations: {
      summary: 'Worker {{labels.worker}} is overloaded: CPU {{worker.cpuRatio}}, answers in {{worker.probeMs}}.',
      description: 'Its rooms suffer now. Move rooms away, and give it no new ones.',
    },
  },
  {
    name: 'IceFailures',
    scope: 'sfu',
    when: 'sfu.iceDisconnectRatio > 0.05 && sfu.iceDisconnects >= 3',
    keepFiringFor: '1m',
    annotations: {
      summary: '{{sfu.iceDisconnects}} transports lost their ICE connection in the last 5 minutes.',
      description: 'So many at once are the network of the SFU, or a worker that is too busy to answer.',
    },
  },
  {
    name: 'DtlsFailures',
    scope: 'sfu',
    when: 'sfu.dtlsFailureRatio > 0.05 && sfu.dtlsFailures >= 3',
    keepFiringFor: '1m',
    annotations: {
      summary: '{{sfu.dtlsFailures}} DTLS handshakes failed in the last 5 minutes ({{value}}).',
      description:
        'Fingerprints that signalling mixed up, a certificate that ran out, or a middlebox that touches DTLS.',
    },
  },
  {
    name: 'NeverConnected',
    scope: 'sfu',
    when: 'sfu.neverConnectedRatio > 0.1 && sfu.neverConnected >= 3',
    keepFiringFor: '1m',
    annotations: {
      summary: '{{sfu.neverConnected}} transports of the last 15 minutes have not connected ({{value}}).',
      description: 'A wrong announced address, closed UDP ports, or clients that create transports they do not use.',
    },
  },
  {
    name: 'ProducerStalled',
    scope: 'producer',
    when: 'producer.stalled',
    keepFiringFor: '5s',
    annotations: {
      summary: 'A {{producer.mediaKind}} producer sends nothing though it is not paused.',
      description: 'One is a frozen camera; many are a network, a firewall, or a release of the client.',
    },
  },
  {
    name: 'ConsumersStarved',
    scope: 'sfu',
    when: 'sfu.starvedRatio > 0.1 && sfu.activeConsumers >= 5',
    for: '30s',
    keepFiringFor: '30s',
    annotations: {
      summary: '{{value}} of the consumers get nothing ({{sfu.starvedConsumers}} of {{sfu.activeConsumers}}).',
      description:
        'They are not paused and their producers send. Look at bandwidth, at key frames, at layers that nobody sends.',
    },
  },
  {
    name: 'ConsumerScoreLow',
    scope: 'sfu',
    when: 'sfu.consumerScoreP10 < 5 && sfu.activeConsumers >= 5',
    for: '2m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'A tenth of the consumers has a score of {{value}} or less.',
      description: 'Packets get lost on the way to endpoints. If producers have low scores as well, begin there.',
    },
  },
  {
    name: 'UplinkLossHigh',
    scope: 'sfu',
    when: 'sfu.producerLossP95 > 0.1 && sfu.activeProducers >= 5',
    for: '1m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'A twentieth of the producers loses {{value}} of its packets or more on the way in.',
      description:
        'If the worst share a network, it is that; if not, the network in front of the SFU and its receive buffers.',
    },
  },
  {
    name: 'DownlinkLossHigh',
    scope: 'sfu',
    when: 'sfu.consumerLossP95 > 0.1 && sfu.activeConsumers >= 5',
    for: '1m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'A twentieth of the consumers loses {{value}} of its packets or more on the way out.',
      description: 'If the worst share a room, a worker or a network, it is that; if not, the link of the SFU itself.',
    },
  },
  {
    name: 'KeyFrameStorm',
    scope: 'producer',
    when: 'producer.plisPerSecond > 1 && !producer.paused',
    for: '1m',
    keepFiringFor: '30s',
    annotations: {
      summary: 'A producer is asked for {{value}} key frames a second.',
      description: 'Each costs bandwidth of every viewer. Viewers that lose packets or join in crowds ask for them.',
    },
  },
  {
    name: 'RouterUnused',
    scope: 'router',
    when: 'router.transports == 0 && router.ageSeconds > 900',
    for: '15m',
    severity: 'info',
    annotations: {
      summary: 'A router of worker {{labels.worker}} has been open without a transport for a long time.',
      description: 'The application forgot to close it; it costs memory until the worker ends.',
    },
  },
  {
    name: 'UdpReceiveBufferErrors',
    scope: 'host',
    when: 'host.udpReceiveBufferErrorsPerSecond > 0',
    for: '10s',
    keepFiringFor: '1m',
    annotations: {
      summary: 'The machine loses {{value}} datagrams: receive buffers are full.',
      description:
        'A process reads its sockets too slowly. Raise net.core.rmem_max, or look for the worker that has no time.',
    },
  },
  {
    name: 'EventLoopDelayHigh',
    scope: 'host',
    when: 'host.eventLoopDelayP99 > 100',
    for: '1m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'Timers of the process around the workers come {{value}} late.',
      description: 'Something blocks its event loop. Signalling waits and joining is slow; media is not touched.',
    },
  },
  {
    name: 'PluginQueueFull',
    scope: 'sfu',
    when: 'sfu.pluginQueueRatio > 0.8',
    for: '10s',
    keepFiringFor: '1m',
    annotations: {
      summary: 'The event queue of a plugin is {{value}} full.',
      description: 'When it is full, events are missed. The query `plugins` tells which one.',
    },
  },
  {
    name: 'PluginDown',
    scope: 'sfu',
    when: 'sfu.pluginsDown > 0',
    for: '1m',
    keepFiringFor: '1m',
    annotations: {
      summary: '{{sfu.pluginsDown}} plugins do not work.',
      description:
        'They failed to start, were suspended, or say so themselves. The query `plugins` tells which and why.',
    },
  },
  {
    name: 'MonitorOverrun',
    scope: 'sfu',
    when: 'sfu.tickSkipRatio > 0.1',
    for: '5m',
    keepFiringFor: '1m',
    annotations: {
      summary: 'The monitor left out {{value}} of its ticks.',
      description: 'Numbers get older than they should be: raise sampling.intervalMs, or relieve the workers.',
    },
  },
];
