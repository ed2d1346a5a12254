import { dashboard } from './dashboard.js';
import { stat, timeSeries, warnAbove } from './panels.js';
import { highest, quantile, rate, recent, series, sum } from './promql.js';

const INSTANCE = '{{instance}}';
const WORKER = '{{instance}} {{worker}}';

/** Is it the machine, a worker process, or the monitor itself? */
export const infrastructure = dashboard({
  uid: 'sfuscope-infrastructure',
  title: 'Infrastructure',
  description: 'The machine, the worker processes, the process around them, and what the monitor itself costs.',
  choices: ['worker'],
  chapters: [
    {
      title: 'Machine',
      panels: [
        timeSeries({
          title: 'CPU',
          description: 'Shares of all cores. Stolen time went to other machines on the same host.',
          unit: 'percentunit',
          min: 0,
          max: 1,
          stacked: true,
          queries: [{ expr: series('sfu_host_cpu_ratio'), legend: '{{instance}} {{mode}}' }],
        }),
        timeSeries({
          title: 'Load and stolen time',
          description: 'Tasks that run or wait, and the share of the cores that the hypervisor gave to others.',
          unit: 'none',
          min: 0,
          queries: [
            { expr: series('sfu_host_load1'), legend: `load ${INSTANCE}` },
            { expr: series('sfu_host_cpu_steal_ratio'), legend: `stolen ${INSTANCE}` },
          ],
        }),
        timeSeries({
          title: 'Memory',
          description: 'Memory of the machine, all of it and what is available.',
          unit: 'bytes',
          min: 0,
          queries: [{ expr: series('sfu_host_memory_bytes'), legend: '{{instance}} {{state}}' }],
        }),
        timeSeries({
          title: 'Network',
          description: 'Bit rates of the network interfaces.',
          unit: 'bps',
          min: 0,
          queries: [
            { expr: `8 * ${rate('sfu_host_network_bytes_total')}`, legend: '{{instance}} {{iface}} {{direction}}' },
          ],
        }),
        timeSeries({
          title: 'Packets',
          description: 'Packets of the network interfaces. Clouds limit their number besides the bandwidth.',
          unit: 'pps',
          min: 0,
          queries: [{ expr: rate('sfu_host_network_packets_total'), legend: '{{instance}} {{iface}} {{direction}}' }],
        }),
        timeSeries({
          title: 'Packets the machine lost',
          description:
            'Errors and drops of interfaces, and UDP datagrams lost; `rcvbuf`: a process reads its socket too slowly.',
          unit: 'pps',
          min: 0,
          queries: [
            {
              expr: sum(rate('sfu_host_network_errors_total'), 'instance', 'direction'),
              legend: 'errors {{direction}}',
            },
            {
              expr: sum(rate('sfu_host_network_dropped_total'), 'instance', 'direction'),
              legend: 'drops {{direction}}',
            },
            { expr: rate('sfu_host_udp_errors_total'), legend: 'UDP {{type}}' },
          ],
        }),
        timeSeries({
          title: 'UDP datagrams',
          description: 'Datagrams of the whole machine, or of the network namespace of its container.',
          unit: 'pps',
          min: 0,
          queries: [{ expr: rate('sfu_host_udp_datagrams_total'), legend: '{{instance}} {{direction}}' }],
        }),
        timeSeries({
          title: 'Container',
          description: 'Memory of the container and its limit, where it has one.',
          unit: 'bytes',
          min: 0,
          queries: [
            { expr: series('sfu_host_container_memory_used_bytes'), legend: `used ${INSTANCE}` },
            { expr: series('sfu_host_container_memory_limit_bytes'), legend: `limit ${INSTANCE}` },
          ],
        }),
        timeSeries({
          title: 'Throttling',
          description: 'Share of the time that the container was held up for having used its CPU quota.',
          unit: 'percentunit',
          min: 0,
          queries: [{ expr: rate('sfu_host_cgroup_throttled_seconds_total'), legend: INSTANCE }],
        }),
      ],
    },
    {
      title: 'Worker processes',
      panels: [
        timeSeries({
          title: 'CPU',
          description: 'CPU time in a second: share of one core, in user and in system mode.',
          unit: 'percentunit',
          min: 0,
          thresholds: [{ color: 'red', value: 0.8 }],
          queries: [{ expr: rate('mediasoup_worker_cpu_seconds_total'), legend: `${WORKER} {{mode}}` }],
        }),
        timeSeries({
          title: 'Stress',
          description: '1 is full: the highest of CPU, time to answer by one second, and consumers by their limit.',
          unit: 'percentunit',
          min: 0,
          thresholds: warnAbove(0.8),
          queries: [{ expr: series('mediasoup_worker_stress'), legend: WORKER }],
        }),
        timeSeries({
          title: 'Time to answer, p99',
          description: 'Time a worker took to answer a probe. It rises before media suffers.',
          unit: 's',
          min: 0,
          queries: [{ expr: quantile(0.99, 'mediasoup_worker_probe_seconds', 'instance', 'worker'), legend: WORKER }],
        }),
        timeSeries({
          title: 'Memory',
          description: 'Resident memory of each worker now.',
          unit: 'bytes',
          min: 0,
          queries: [{ expr: series('mediasoup_worker_resident_memory_bytes'), legend: WORKER }],
        }),
        timeSeries({
          title: 'Context switches',
          description: 'Involuntary ones: the worker had more to do than the machine had time for.',
          unit: 'cps',
          min: 0,
          queries: [{ expr: rate('mediasoup_worker_context_switches_total'), legend: `${WORKER} {{type}}` }],
        }),
        timeSeries({
          title: 'Page faults',
          description: 'Major ones wait for the disk: a worker must never be swapped out.',
          unit: 'cps',
          min: 0,
          queries: [{ expr: rate('mediasoup_worker_page_faults_total'), legend: `${WORKER} {{type}}` }],
        }),
      ],
    },
    {
      title: 'The process around them',
      panels: [
        timeSeries({
          title: 'CPU and event loop',
          description: 'CPU of this process as a share of one core, and the share of time its event loop was busy.',
          unit: 'percentunit',
          min: 0,
          queries: [
            { expr: series('sfu_host_process_cpu_ratio'), legend: `CPU ${INSTANCE}` },
            { expr: series('sfu_host_process_event_loop_utilization_ratio'), legend: `event loop ${INSTANCE}` },
          ],
        }),
        timeSeries({
          title: 'Delay of the event loop',
          description: 'How late timers come: signalling waits as long. Above 100 ms joining becomes slow.',
          unit: 's',
          min: 0,
          thresholds: [{ color: 'red', value: 0.1 }],
          queries: [
            { expr: series('sfu_host_process_event_loop_delay_seconds'), legend: '{{instance}} {{statistic}}' },
          ],
        }),
        timeSeries({
          title: 'Memory',
          description: 'Resident memory of this process, and the part of its heap that is in use.',
          unit: 'bytes',
          min: 0,
          queries: [
            { expr: series('sfu_host_process_resident_memory_bytes'), legend: `resident ${INSTANCE}` },
            { expr: series('sfu_host_process_heap_used_bytes'), legend: `heap ${INSTANCE}` },
          ],
        }),
        timeSeries({
          title: 'Garbage collection',
          description: 'Share of the time spent in garbage collections.',
          unit: 'percentunit',
          min: 0,
          queries: [{ expr: rate('sfu_host_process_gc_seconds_total'), legend: INSTANCE }],
        }),
      ],
    },
    {
      title: 'The monitor itself',
      panels: [
        stat({
          title: 'Plugins that are well',
          description: 'Share of the plugins that run and are well.',
          unit: 'percentunit',
          thresholds: [
            { color: 'red', value: null },
            { color: 'green', value: 1 },
          ],
          expr: `avg(${series('sfu_monitor_plugin_up')})`,
        }),
        stat({
          title: 'Series per scrape',
          description: 'Series in the last rendering, the largest of the SFUs.',
          unit: 'short',
          thresholds: warnAbove(50_000),
          expr: highest(series('sfu_monitor_series')),
        }),
        stat({
          title: 'Oldest sample',
          description: 'Age of the oldest statistics of an open entity: how long a full sweep takes.',
          unit: 's',
          thresholds: warnAbove(30),
          expr: highest(series('sfu_monitor_sweep_age_seconds')),
        }),
        stat({
          title: 'Lost to slow readers, 5 min',
          description: 'Items that slow subscribers and plugins missed in the last five minutes.',
          unit: 'short',
          thresholds: warnAbove(1),
          expr: `${sum(recent('sfu_monitor_dropped_total'))} + ${sum(recent('sfu_monitor_plugin_dropped_total'))}`,
        }),
        stat({
          title: 'Failed collectors, 5 min',
          description: 'Collectors that threw during a scrape; each costs its own metrics only.',
          unit: 'short',
          thresholds: warnAbove(1),
          expr: sum(recent('sfu_monitor_collector_errors_total')),
        }),
        stat({
          title: 'Folded series, 5 min',
          description: 'Series that went into `__other__` because a label had too many values.',
          unit: 'short',
          thresholds: warnAbove(1),
          expr: sum(recent('sfu_monitor_label_overflow_total')),
        }),
        timeSeries({
          title: 'CPU of sampling',
          description: 'CPU that sampling used, and its budget, as shares of one core.',
          unit: 'percentunit',
          min: 0,
          queries: [
            { expr: series('sfu_monitor_cpu_ratio'), legend: `used ${INSTANCE}` },
            { expr: series('sfu_monitor_cpu_budget_ratio'), legend: `budget ${INSTANCE}` },
          ],
        }),
        timeSeries({
          title: 'Statistics requests',
          description: 'By what became of them; `shed`: not asked, for want of budget.',
          unit: 'reqps',
          min: 0,
          queries: [{ expr: sum(rate('sfu_monitor_stats_requests_total'), 'result'), legend: '{{result}}' }],
        }),
        timeSeries({
          title: 'Share of entities sampled',
          description: 'In the last tick, by kind. Below 1 the budget makes a sweep take several ticks.',
          unit: 'percentunit',
          min: 0,
          max: 1,
          queries: [{ expr: series('sfu_monitor_sampled_ratio'), legend: '{{instance}} {{entity}}' }],
        }),
        timeSeries({
          title: 'Ticks left out',
          description: 'One still ran, or the worker hung.',
          unit: 'cps',
          min: 0,
          queries: [{ expr: rate('sfu_monitor_ticks_skipped_total'), legend: WORKER }],
        }),
        timeSeries({
          title: 'Turns and ticks',
          description: 'How long the event loop is held at a stretch, and how long a tick of a worker takes.',
          unit: 's',
          min: 0,
          queries: [
            { expr: series('sfu_monitor_longest_turn_seconds'), legend: `longest turn ${INSTANCE}` },
            {
              expr: series('sfu_monitor_scrape_longest_slice_seconds'),
              legend: `longest slice of a scrape ${INSTANCE}`,
            },
            { expr: series('sfu_monitor_tick_duration_seconds'), legend: `tick ${WORKER}` },
          ],
        }),
        timeSeries({
          title: 'Scrapes, p95',
          description: 'How long a rendering took, the pauses between its slices included.',
          unit: 's',
          min: 0,
          queries: [{ expr: quantile(0.95, 'sfu_monitor_scrape_duration_seconds', 'instance'), legend: INSTANCE }],
        }),
        timeSeries({
          title: 'Events and plugins',
          description: 'Events published, what plugins got of them, and calls of plugins that failed.',
          unit: 'cps',
          min: 0,
          queries: [
            { expr: sum(rate('sfu_monitor_events_total')), legend: 'events' },
            { expr: sum(rate('sfu_monitor_plugin_delivered_total'), 'plugin', 'item'), legend: '{{plugin}} {{item}}' },
            { expr: sum(rate('sfu_monitor_plugin_errors_total'), 'plugin'), legend: '{{plugin}} errors' },
          ],
        }),
        timeSeries({
          title: 'Subscriptions',
          description: 'Open subscriptions to the monitor, by what they are to.',
          unit: 'short',
          min: 0,
          queries: [{ expr: sum(series('sfu_monitor_subscriptions'), 'topic'), legend: '{{topic}}' }],
        }),
      ],
    },
  ],
});
