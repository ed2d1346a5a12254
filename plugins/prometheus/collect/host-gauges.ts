import type { HostReader, HostSample } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collector } from './collector.js';

/** The machine and this process, as last read. */
export class HostGauges implements Collector {
  readonly name = 'host';
  readonly gauges = [
    'sfu_host_cpu_ratio',
    'sfu_host_cpu_steal_ratio',
    'sfu_host_load1',
    'sfu_host_memory_bytes',
    'sfu_host_container_memory_used_bytes',
    'sfu_host_container_memory_limit_bytes',
    'sfu_host_container_cpu_limit_cores',
    'sfu_host_process_cpu_ratio',
    'sfu_host_process_resident_memory_bytes',
    'sfu_host_process_heap_used_bytes',
    'sfu_host_process_event_loop_utilization_ratio',
    'sfu_host_process_event_loop_delay_seconds',
  ] as const;
  readonly #store: MetricStore;
  readonly #host: HostReader;
  readonly #interfaces: readonly string[];

  constructor(store: MetricStore, host: HostReader, interfaces: readonly string[]) {
    this.#store = store;
    this.#host = host;
    this.#interfaces = interfaces;
  }

  collect(): void {
    const { latest } = this.#host;
    if (latest === null) return;
    this.#collectMachine(latest);
    this.#collectNetwork(latest);
    this.#collectProcess(latest);
  }

  #collectMachine({ cpu, memory, container }: HostSample): void {
    const store = this.#store;
    const ratio = store.gauge('sfu_host_cpu_ratio');
    ratio.set(cpu.userRatio, 'user');
    ratio.set(cpu.systemRatio, 'system');
    ratio.set(cpu.ioWaitRatio, 'iowait');
    ratio.set(cpu.stealRatio, 'steal');
    store.gauge('sfu_host_cpu_steal_ratio').set(cpu.stealRatio);
    store.gauge('sfu_host_load1').set(cpu.load1);
    const bytes = store.gauge('sfu_host_memory_bytes');
    bytes.set(memory.total, 'total');
    bytes.set(memory.available, 'available');
    bytes.set(memory.swapTotal, 'swap_total');
    bytes.set(memory.swapFree, 'swap_free');
    store.gauge('sfu_host_container_memory_used_bytes').set(container.memoryUsed);
    store.gauge('sfu_host_container_memory_limit_bytes').set(container.memoryLimit);
    store.gauge('sfu_host_container_cpu_limit_cores').set(container.cpuLimit);
    store.counter('sfu_host_cgroup_throttled_seconds_total').at().follow(container.throttledSeconds);
  }

  #collectNetwork({ interfaces, udp }: HostSample): void {
    const store = this.#store;
    for (const one of interfaces) {
      const { name } = one;
      if (this.#interfaces.length > 0 && !this.#interfaces.includes(name)) continue;
      store.counter('sfu_host_network_bytes_total').at(name, 'in').follow(one.bytesReceived);
      store.counter('sfu_host_network_bytes_total').at(name, 'out').follow(one.bytesSent);
      store.counter('sfu_host_network_packets_total').at(name, 'in').follow(one.packetsReceived);
      store.counter('sfu_host_network_packets_total').at(name, 'out').follow(one.packetsSent);
      store.counter('sfu_host_network_errors_total').at(name, 'in').follow(one.errorsReceived);
      store.counter('sfu_host_network_errors_total').at(name, 'out').follow(one.errorsSent);
      store.counter('sfu_host_network_dropped_total').at(name, 'in').follow(one.droppedReceived);
      store.counter('sfu_host_network_dropped_total').at(name, 'out').follow(one.droppedSent);
    }
    store.counter('sfu_host_udp_datagrams_total').at('in').follow(udp.inDatagrams);
    store.counter('sfu_host_udp_datagrams_total').at('out').follow(udp.outDatagrams);
    const errors = store.counter('sfu_host_udp_errors_total');
    errors.at('rcvbuf').follow(udp.receiveBufferErrors);
    errors.at('sndbuf').follow(udp.sendBufferErrors);
    errors.at('in').follow(udp.inErrors);
    errors.at('noport').follow(udp.noPorts);
  }

  #collectProcess({ process }: HostSample): void {
    const store = this.#store;
    store.gauge('sfu_host_process_cpu_ratio').set(process.cpuRatio);
    store.gauge('sfu_host_process_resident_memory_bytes').set(process.residentMemory);
    store.gauge('sfu_host_process_heap_used_bytes').set(process.heapUsed);
    store.gauge('sfu_host_process_event_loop_utilization_ratio').set(process.eventLoopUtilization);
    const delay = store.gauge('sfu_host_process_event_loop_delay_seconds');
    delay.set(seconds(process.eventLoopDelayP50), 'p50');
    delay.set(seconds(process.eventLoopDelayP99), 'p99');
    delay.set(seconds(process.eventLoopDelayMax), 'max');
    store.counter('sfu_host_process_gc_seconds_total').at().follow(process.gcSeconds);
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
