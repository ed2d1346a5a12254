import { dashboard } from './dashboard.js';
import { barGauge, stat, table, timeSeries, warnAbove, warnAndAlarmAbove } from './panels.js';
import {
  highest,
  labelled,
  NOT_PIPED,
  quantile,
  rate,
  recent,
  scoreQuantile,
  series,
  share,
  sum,
  UNPAUSED,
} from './promql.js';

const WORKER = ['instance', 'worker'] as const;
const SHARES = warnAndAlarmAbove(0.02, 0.05);
const SCORES = [
  { color: 'red', value: null },
  { color: 'orange', value: 5 },
  { color: 'green', value: 7 },
];
const STALLED = share(
  sum(series('mediasoup_producers_stalled')),
  sum(series('mediasoup_producers', UNPAUSED, NOT_PIPED)),
);
const STARVED = share(
  sum(series('mediasoup_consumers_starved')),
  sum(series('mediasoup_consumers', UNPAUSED, NOT_PIPED)),
);

/** What goes wrong, and how often: every cause with the labels it has, so that the worst of all can be picked. */
const TROUBLES = [
  labelled(sum(series('mediasoup_producers_stalled'), ...WORKER, 'kind'), 'trouble', 'stalled producers'),
  labelled(sum(series('mediasoup_consumers_starved'), ...WORKER, 'kind'), 'trouble', 'starved consumers'),
  labelled(
    sum(series('mediasoup_consumers_below_preferred_layer'), ...WORKER),
    'trouble',
    'consumers below their preferred layer',
  ),
  labelled(sum(series('mediasoup_producers_unconsumed'), ...WORKER, 'kind'), 'trouble', 'producers without a consumer'),
  labelled(sum(series('mediasoup_transports_idle'), ...WORKER), 'trouble', 'idle transports'),
  labelled(sum(series('mediasoup_transports_bandwidth_limited'), ...WORKER), 'trouble', 'limited by bandwidth'),
  labelled(sum(series('mediasoup_suspected_leaks'), 'instance', 'entity'), 'trouble', 'suspected leaks'),
];

/** Is the service well, and if not, where? */
export const sfuHealth = dashboard({
  uid: 'sfuscope-health',
  title: 'SFU health',
  description: 'Rooms, peers, workers, loss and scores at a glance, and the worst trouble first.',
  choices: ['worker', 'kind'],
  chapters: [
    {
      title: 'Now',
      panels: [
        stat({
          title: 'Rooms',
          description: 'Rooms with at least one entity.',
          unit: 'short',
          expr: sum(series('sfu_rooms')),
        }),
        stat({
          title: 'Peers',
          description: 'Peers with at least one entity.',
          unit: 'short',
          expr: sum(series('sfu_peers')),
        }),
        stat({
          title: 'Workers',
          description: 'Open workers. Fewer than there were: one died, see the annotations.',
          unit: 'short',
          expr: sum(series('mediasoup_workers')),
        }),
        stat({
          title: 'Busiest worker',
          description: 'CPU of the busiest worker as a share of its one core. Above 80 % media begins to suffer.',
          unit: 'percentunit',
          min: 0,
          max: 1,
          thresholds: warnAndAlarmAbove(0.6, 0.8),
          expr: highest(series('mediasoup_worker_cpu_ratio')),
        }),
        stat({
          title: 'Worst tenth of consumers, score',
          description: 'A tenth of the consumers has this score or a lower one, of 10.',
          unit: 'none',
          min: 0,
          max: 10,
          thresholds: SCORES,
          expr: scoreQuantile(0.1, 'mediasoup_consumer_score'),
        }),
        stat({
          title: 'Worst twentieth of consumers, loss',
          description: 'A twentieth of the consumers loses this share of its packets or more.',
          unit: 'percentunit',
          min: 0,
          thresholds: SHARES,
          expr: quantile(0.95, 'mediasoup_consumer_fraction_lost_ratio'),
        }),
        stat({
          title: 'Stalled producers',
          description: 'Share of the unpaused producers of endpoints that send nothing.',
          unit: 'percentunit',
          min: 0,
          thresholds: SHARES,
          expr: STALLED,
        }),
        stat({
          title: 'Starved consumers',
          description: 'Share of the unpaused consumers of endpoints that get nothing though their producer sends.',
          unit: 'percentunit',
          min: 0,
          thresholds: SHARES,
          expr: STARVED,
        }),
        stat({
          title: 'Hung workers',
          description: 'Workers that do not answer.',
          unit: 'short',
          thresholds: [{ color: 'red', value: 1 }],
          expr: `sum(1 - ${series('mediasoup_worker_up')})`,
        }),
        stat({
          title: 'Worker deaths, 5 min',
          description: 'Workers that died in the last five minutes. Everything in them is gone.',
          unit: 'short',
          thresholds: [{ color: 'red', value: 0.5 }],
          expr: sum(recent('mediasoup_entities_closed_total', 'entity="worker"', 'reason="worker_died"')),
        }),
        stat({
          title: 'Conditions now',
          description: 'Conditions that the monitor itself finds to last now; its GraphQL field `alerts` tells them.',
          unit: 'short',
          thresholds: warnAbove(1),
          expr: sum(series('sfu_monitor_alerts_active', 'state="firing"')),
        }),
        stat({
          title: 'Suspected leaks',
          description: 'Routers left without a transport, and transports that never connected.',
          unit: 'short',
          thresholds: warnAbove(1),
          expr: sum(series('mediasoup_suspected_leaks')),
        }),
      ],
    },
    {
      title: 'Top trouble',
      panels: [
        barGauge({
          title: 'Top trouble',
          description:
            'What goes wrong for most entities now. GraphQL tells which ones they are: the queries are in docs/cookbook.',
          unit: 'short',
          min: 0,
          w: 12,
          h: 10,
          thresholds: warnAbove(1),
          legend: '{{trouble}} {{kind}}{{entity}} · {{instance}} {{worker}}',
          expr: `sort_desc(topk(12, ${TROUBLES.join(' or ')}))`,
        }),
        table({
          title: 'Workers',
          description: 'Every worker with its load. Stress is 1 when a worker is full.',
          w: 12,
          h: 10,
          columns: [
            { title: 'Answers', expr: highest(series('mediasoup_worker_up'), ...WORKER), unit: 'bool_yes_no' },
            {
              title: 'CPU',
              expr: highest(series('mediasoup_worker_cpu_ratio'), ...WORKER),
              unit: 'percentunit',
              thresholds: warnAndAlarmAbove(0.6, 0.8),
            },
            {
              title: 'Stress',
              expr: highest(series('mediasoup_worker_stress'), ...WORKER),
              unit: 'percentunit',
              thresholds: warnAndAlarmAbove(0.7, 0.9),
            },
            { title: 'Routers', expr: sum(series('mediasoup_routers'), ...WORKER), unit: 'short' },
            { title: 'Consumers', expr: sum(series('mediasoup_consumers'), ...WORKER), unit: 'short' },
            {
              title: 'Memory',
              expr: highest(series('mediasoup_worker_resident_memory_bytes'), ...WORKER),
              unit: 'bytes',
            },
          ],
        }),
      ],
    },
    {
      title: 'Load',
      panels: [
        timeSeries({
          title: 'Rooms and peers',
          description: 'Rooms and peers with at least one entity, by SFU.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: sum(series('sfu_rooms'), 'instance'), legend: 'rooms {{instance}}' },
            { expr: sum(series('sfu_peers'), 'instance'), legend: 'peers {{instance}}' },
          ],
        }),
        timeSeries({
          title: 'CPU of the workers',
          description: 'Share of one core. A worker has one thread: above 80 % its rooms begin to suffer.',
          unit: 'percentunit',
          min: 0,
          thresholds: [{ color: 'red', value: 0.8 }],
          queries: [{ expr: series('mediasoup_worker_cpu_ratio'), legend: '{{instance}} {{worker}}' }],
        }),
        timeSeries({
          title: 'Media in and out',
          description: 'Bit rates of all transports of endpoints.',
          unit: 'bps',
          min: 0,
          queries: [
            {
              expr: `8 * ${sum(series('mediasoup_transport_throughput_bytes_per_second', NOT_PIPED), 'direction')}`,
              legend: '{{direction}}',
            },
          ],
        }),
        timeSeries({
          title: 'Open entities',
          description: 'Transports, producers and consumers, those of pipes too.',
          unit: 'short',
          min: 0,
          queries: [
            { expr: sum(series('mediasoup_transports')), legend: 'transports' },
            { expr: sum(series('mediasoup_producers')), legend: 'producers' },
            { expr: sum(series('mediasoup_consumers')), legend: 'consumers' },
          ],
        }),
        timeSeries({
          title: 'Comings and goings',
          description: 'Entities that open and close in a second. A burst of both is a reconnecting crowd.',
          unit: 'cps',
          min: 0,
          queries: [
            { expr: sum(rate('mediasoup_entities_created_total')), legend: 'opened' },
            { expr: sum(rate('mediasoup_entities_closed_total'), 'reason'), legend: 'closed: {{reason}}' },
          ],
        }),
        timeSeries({
          title: 'Largest router',
          description: 'The most that one router holds: a room that outgrows its worker shows here first.',
          unit: 'short',
          min: 0,
          queries: [{ expr: highest(series('mediasoup_router_largest'), 'dimension'), legend: '{{dimension}}' }],
        }),
      ],
    },
    {
      title: 'Quality',
      panels: [
        timeSeries({
          title: 'Scores, the worst tenth',
          description: 'A tenth of the streams has this score or a lower one, of 10.',
          unit: 'none',
          min: 0,
          max: 10,
          queries: [
            { expr: scoreQuantile(0.1, 'mediasoup_producer_score', 'kind'), legend: 'producers {{kind}}' },
            { expr: scoreQuantile(0.1, 'mediasoup_consumer_score', 'kind'), legend: 'consumers {{kind}}' },
          ],
        }),
        timeSeries({
          title: 'Loss on the way out, the worst twentieth',
          description: 'A twentieth of the consumers loses this share of its packets or more.',
          unit: 'percentunit',
          min: 0,
          thresholds: [{ color: 'red', value: 0.1 }],
          queries: [
            {
              expr: quantile(0.95, 'mediasoup_consumer_fraction_lost_ratio', 'kind'),
              legend: '{{kind}}',
              exemplar: true,
            },
          ],
        }),
        timeSeries({
          title: 'Round trip time, the worst twentieth',
          description: 'A twentieth of the streams has this round trip time or a longer one.',
          unit: 's',
          min: 0,
          queries: [
            { expr: quantile(0.95, 'mediasoup_producer_round_trip_time_seconds'), legend: 'producers', exemplar: true },
            { expr: quantile(0.95, 'mediasoup_consumer_round_trip_time_seconds'), legend: 'consumers', exemplar: true },
          ],
        }),
        timeSeries({
          title: 'Without media',
          description: 'Shares of the unpaused producers and consumers of endpoints that nothing flows through.',
          unit: 'percentunit',
          min: 0,
          queries: [
            { expr: STALLED, legend: 'stalled producers' },
            { expr: STARVED, legend: 'starved consumers' },
          ],
        }),
        timeSeries({
          title: 'Time to connect, the slowest twentieth',
          description: 'Time from opening a transport to its being connected. Slow: addresses that cannot be reached.',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: quantile(0.95, 'mediasoup_transport_connect_seconds', 'phase'),
              legend: '{{phase}}',
              exemplar: true,
            },
          ],
        }),
        timeSeries({
          title: 'Connections lost and never made',
          description: 'In the last five minutes. Many at once: the network, a firewall, or an announced address.',
          unit: 'short',
          min: 0,
          queries: [
            {
              expr: sum(recent('mediasoup_transport_ice_state_changes_total', 'state="disconnected"')),
              legend: 'ICE disconnected',
            },
            {
              expr: sum(recent('mediasoup_transport_dtls_state_changes_total', 'state="failed"')),
              legend: 'DTLS failed',
            },
            { expr: sum(recent('mediasoup_transport_never_connected_total')), legend: 'never connected' },
          ],
        }),
      ],
    },
  ],
});
