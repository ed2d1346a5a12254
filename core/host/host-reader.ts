import type { InterfaceCounters } from './system-reading.js';

/** Every number is `null` when it is unknown on this machine. Ratios are 0–1. */
export interface HostSample {
  /** Wall time in ms. */
  readonly at: number;
  readonly cpu: {
    /** Busy share of all cores since the last sample. */
    readonly ratio: number | null;
    /** `user` includes nice, `system` includes interrupts. */
    readonly userRatio: number | null;
    readonly systemRatio: number | null;
    readonly ioWaitRatio: number | null;
    /** Time the hypervisor gave to others. */
    readonly stealRatio: number | null;
    /** Busy share of each core; empty when unknown. */
    readonly perCore: readonly number[];
    readonly load1: number | null;
    readonly load5: number | null;
    readonly load15: number | null;
  };
  readonly memory: {
    readonly total: number | null;
    readonly available: number | null;
    readonly swapTotal: number | null;
    readonly swapFree: number | null;
  };
  /** Limits of the container (cgroup v1 or v2); `null` fields where there is none. */
  readonly container: {
    readonly cgroup: 'v1' | 'v2' | null;
    /** Cores the quota allows. */
    readonly cpuLimit: number | null;
    /** Seconds throttled since start; a counter. */
    readonly throttledSeconds: number | null;
    readonly throttledPeriods: number | null;
    readonly memoryLimit: number | null;
    readonly memoryUsed: number | null;
  };
  readonly interfaces: readonly NetworkInterfaceSample[];
  /** UDP socket errors of this network namespace; counters. */
  readonly udp: {
    readonly inDatagrams: number | null;
    readonly outDatagrams: number | null;
    readonly noPorts: number | null;
    readonly inErrors: number | null;
    readonly receiveBufferErrors: number | null;
    readonly sendBufferErrors: number | null;
  };
  /** This Node.js process. */
  readonly process: {
    /** Share of one core; above 1 when several threads work. */
    readonly cpuRatio: number | null;
    readonly residentMemory: number;
    readonly heapUsed: number;
    readonly heapTotal: number;
    /** Share of the interval in which the event loop was not idle. */
    readonly eventLoopUtilization: number;
    /** Delay of the event loop beyond the timer's own resolution, over the last interval, in ms. */
    readonly eventLoopDelayP50: number | null;
    readonly eventLoopDelayP99: number | null;
    readonly eventLoopDelayMax: number | null;
    /** Seconds spent in garbage collections since start; a counter. */
    readonly gcSeconds: number;
    readonly gcCount: number;
  };
  /** The SFU's worker processes by pid. */
  readonly workers: readonly {
    readonly pid: number;
    readonly cpuRatio: number | null;
    readonly residentMemory: number | null;
    readonly threads: number | null;
  }[];
}

/** The counters since boot, and rates. */
export interface NetworkInterfaceSample extends InterfaceCounters {
  /** Bits per second since the last sample; `null` at first. */
  readonly recvBitrate: number | null;
  readonly sendBitrate: number | null;
}

/** What does not change while the process runs, from systeminformation, read once in a worker thread. */
export interface HostInventory {
  readonly hostname: string;
  readonly platform: string;
  readonly distro: string | null;
  readonly kernel: string | null;
  readonly arch: string;
  readonly virtual: boolean | null;
  readonly cpuModel: string | null;
  readonly physicalCores: number | null;
  readonly logicalCores: number;
  readonly memoryTotal: number;
  readonly interfaces: readonly {
    readonly name: string;
    readonly speedMbps: number | null;
    readonly type: string | null;
    readonly virtual: boolean | null;
    readonly mac: string | null;
    readonly addresses: readonly string[];
  }[];
}

/** Slow extras from systeminformation, on an interval of their own. */
export interface HostExtras {
  readonly at: number;
  readonly fileSystems: readonly {
    readonly mount: string;
    readonly type: string;
    readonly size: number;
    readonly used: number;
  }[];
  /** Bytes a second over all file systems. */
  readonly disks: { readonly readPerSecond: number | null; readonly writePerSecond: number | null };
  /** °C; `null` where there is no sensor. */
  readonly cpuTemperature: number | null;
}

/** Read side of the host sampler. `null` until the first reading. */
export interface HostReader {
  readonly latest: HostSample | null;
  readonly inventory: HostInventory | null;
  readonly extras: HostExtras | null;
  /** Each new sample; only the newest is kept for a slow reader. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<HostSample>;
}
