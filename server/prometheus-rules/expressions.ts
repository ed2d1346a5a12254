/** What a field of a condition is in PromQL, one value for each worker or each SFU; or why there is no such thing. */
export type Expression = { readonly expr: string; readonly note?: string } | { readonly missing: string };

const SFU = 'by (job, instance)';
const WORKER = 'by (job, instance, worker)';

const ACTIVE = '{paused=~"|none",transport!="pipe"}';
const activeProducers = `sum ${SFU} (mediasoup_producers${ACTIVE})`;
const activeConsumers = `sum ${SFU} (mediasoup_consumers${ACTIVE})`;
const stalled = `sum ${SFU} (mediasoup_producers_stalled)`;
const starved = `sum ${SFU} (mediasoup_consumers_starved)`;
const transports = `sum ${SFU} (mediasoup_transports)`;
const disconnects = `sum ${SFU} (increase(mediasoup_transport_ice_state_changes_total{state="disconnected"}[5m]))`;
const dtlsStates = (states: string): string =>
  `sum ${SFU} (increase(mediasoup_transport_dtls_state_changes_total{state=~"${states}"}[5m]))`;
const neverConnected = `sum ${SFU} (increase(mediasoup_transport_never_connected_total[15m]))`;
const closedTransports = `sum ${SFU} (increase(mediasoup_entities_closed_total{entity="transport"}[15m]))`;

const tenth = (metric: string): Expression => ({
  expr: `ceil(histogram_quantile(0.1, sum by (job, instance, le) (rate(${metric}_bucket[2m]))))`,
  note: 'over 2 minutes, where the rule takes the newest scores',
});

const AT_CLOSE = 'counted when transports close, where the rule counts those that are found open';

/** By variable and field. A field that is not here has no metric. */
export const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  'worker.cpuRatio': { expr: `max ${WORKER} (mediasoup_worker_cpu_ratio)` },
  'worker.residentMemory': { expr: `max ${WORKER} (mediasoup_worker_resident_memory_bytes)` },
  'worker.peakResidentMemory': { expr: `max ${WORKER} (mediasoup_worker_peak_resident_memory_bytes)` },
  'worker.hung': { expr: `1 - max ${WORKER} (mediasoup_worker_up)` },
  'worker.stalledProducers': { expr: `sum ${WORKER} (mediasoup_producers_stalled)` },
  'worker.starvedConsumers': { expr: `sum ${WORKER} (mediasoup_consumers_starved)` },
  'worker.transports': { expr: `sum ${WORKER} (mediasoup_transports)` },
  'worker.stress': { missing: 'the metric mediasoup_worker_stress is reckoned in another way' },
  'sfu.producers': { expr: `sum ${SFU} (mediasoup_producers{transport!="pipe"})` },
  'sfu.activeProducers': { expr: activeProducers },
  'sfu.stalledProducers': { expr: stalled },
  'sfu.stalledRatio': { expr: `${stalled} / ${activeProducers}` },
  'sfu.consumers': { expr: `sum ${SFU} (mediasoup_consumers{transport!="pipe"})` },
  'sfu.activeConsumers': { expr: activeConsumers },
  'sfu.starvedConsumers': { expr: starved },
  'sfu.starvedRatio': { expr: `${starved} / ${activeConsumers}` },
  'sfu.transports': { expr: transports },
  'sfu.producerScoreP10': tenth('mediasoup_producer_score'),
  'sfu.consumerScoreP10': tenth('mediasoup_consumer_score'),
  'sfu.consumerLossP95': {
    expr: `histogram_quantile(0.95, sum by (job, instance, le) (rate(mediasoup_consumer_fraction_lost_ratio_bucket[2m])))`,
    note: 'over 2 minutes, where the rule takes the newest samples',
  },
  'sfu.producerLossP95': { missing: 'metrics tell the loss of all producers together, not of each' },
  'sfu.workers': { expr: `sum ${SFU} (mediasoup_workers)` },
  'sfu.rooms': { expr: `sum ${SFU} (sfu_rooms)` },
  'sfu.peers': { expr: `sum ${SFU} (sfu_peers)` },
  'sfu.workerDeaths': {
    expr: `sum ${SFU} (increase(mediasoup_entities_closed_total{entity="worker",reason="worker_died"}[5m]))`,
  },
  'sfu.iceDisconnects': { expr: disconnects },
  'sfu.iceDisconnectRatio': { expr: `${disconnects} / (${transports} > ${disconnects} or ${disconnects})` },
  'sfu.dtlsFailures': { expr: dtlsStates('failed') },
  'sfu.dtlsFailureRatio': { expr: `${dtlsStates('failed')} / ${dtlsStates('connected|failed')}` },
  'sfu.neverConnected': { expr: neverConnected, note: AT_CLOSE },
  'sfu.neverConnectedRatio': { expr: `${neverConnected} / ${closedTransports}`, note: AT_CLOSE },
  'sfu.monitorCpuRatio': { expr: `max ${SFU} (sfu_monitor_cpu_ratio)` },
  'sfu.pluginsDown': { expr: `sum ${SFU} (1 - sfu_monitor_plugin_up)` },
  'sfu.tickSkipRatio': { missing: 'metrics count the ticks that were left out, not those that were made' },
  'host.stealRatio': { expr: `max ${SFU} (sfu_host_cpu_steal_ratio)` },
  'host.load1': { expr: `max ${SFU} (sfu_host_load1)` },
  'host.memoryAvailableRatio': {
    expr: `max ${SFU} (sfu_host_memory_bytes{state="available"}) / max ${SFU} (sfu_host_memory_bytes{state="total"})`,
  },
  'host.containerMemoryRatio': {
    expr: `max ${SFU} (sfu_host_container_memory_used_bytes) / max ${SFU} (sfu_host_container_memory_limit_bytes)`,
  },
  'host.throttledRatio': { expr: `sum ${SFU} (rate(sfu_host_cgroup_throttled_seconds_total[2m]))` },
  'host.udpReceiveBufferErrorsPerSecond': { expr: `sum ${SFU} (rate(sfu_host_udp_errors_total{type="rcvbuf"}[2m]))` },
  'host.udpSendBufferErrorsPerSecond': { expr: `sum ${SFU} (rate(sfu_host_udp_errors_total{type="sndbuf"}[2m]))` },
  'host.processCpuRatio': { expr: `max ${SFU} (sfu_host_process_cpu_ratio)` },
  'host.processMemory': { expr: `max ${SFU} (sfu_host_process_resident_memory_bytes)` },
  'host.eventLoopDelayP99': {
    expr: `1000 * max ${SFU} (sfu_host_process_event_loop_delay_seconds{statistic="p99"})`,
  },
  'host.eventLoopUtilization': { expr: `max ${SFU} (sfu_host_process_event_loop_utilization_ratio)` },
};

/** By type of event: how often it happened in the last minute. */
export const EVENT_COUNTS: Readonly<Record<string, string>> = {
  'worker.died': `sum ${SFU} (increase(mediasoup_entities_closed_total{entity="worker",reason="worker_died"}[1m]))`,
  'worker.hung': `sum ${WORKER} (increase(mediasoup_worker_hangs_total[1m]))`,
};
