import { counter, gauge } from './metric.js';

const PROC = 'the operating system';

/** The machine, and this process. */
export const HOST = {
  sfu_host_cpu_ratio: gauge('Share of all cores.', ['host_mode'], PROC),
  sfu_host_cpu_steal_ratio: gauge('Share of all cores that the hypervisor gave to others.', [], PROC),
  sfu_host_load1: gauge('Load average over one minute.', [], PROC),
  sfu_host_memory_bytes: gauge('Memory of the machine.', ['memory'], PROC),
  sfu_host_container_memory_used_bytes: gauge('Memory used of the limit of the container.', [], 'cgroup'),
  sfu_host_container_memory_limit_bytes: gauge('Limit of the container, where it has one.', [], 'cgroup'),
  sfu_host_container_cpu_limit_cores: gauge('Cores that the quota of the container allows.', [], 'cgroup'),
  sfu_host_cgroup_throttled_seconds_total: counter('Time the container was throttled.', [], 'cgroup'),
  sfu_host_network_bytes_total: counter('Bytes of an interface.', ['iface', 'direction'], PROC),
  sfu_host_network_packets_total: counter('Packets of an interface.', ['iface', 'direction'], PROC),
  sfu_host_network_errors_total: counter('Errors of an interface.', ['iface', 'direction'], PROC),
  sfu_host_network_dropped_total: counter('Packets that an interface dropped.', ['iface', 'direction'], PROC),
  sfu_host_udp_datagrams_total: counter('UDP datagrams.', ['direction'], PROC),
  sfu_host_udp_errors_total: counter(
    'UDP datagrams that were lost; `rcvbuf`: the receive buffer of a socket was full.',
    ['udp_error'],
    PROC,
  ),
  sfu_host_process_cpu_ratio: gauge('CPU of this process as a share of one core.', [], PROC),
  sfu_host_process_resident_memory_bytes: gauge('Resident memory of this process.', [], PROC),
  sfu_host_process_heap_used_bytes: gauge('Heap of this process that is in use.', [], 'V8'),
  sfu_host_process_event_loop_utilization_ratio: gauge('Share of time the event loop was busy.', [], 'Node.js'),
  sfu_host_process_event_loop_delay_seconds: gauge('Delay of the event loop.', ['statistic'], 'Node.js'),
  sfu_host_process_gc_seconds_total: counter('Time spent in garbage collections.', [], 'Node.js'),
} as const;
