/** Time the cores spent since boot, in any unit as long as it is the same in every reading. */
export interface CpuTimes {
  readonly user: number;
  readonly system: number;
  readonly idle: number;
  /** `null` where the platform does not count it. */
  readonly ioWait: number | null;
  readonly steal: number | null;
}

/** Counters since boot. Packets are `NaN` where the platform does not tell them (anything but Linux). */
export interface InterfaceCounters {
  readonly name: string;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  readonly errorsReceived: number;
  readonly errorsSent: number;
  readonly droppedReceived: number;
  readonly droppedSent: number;
}

export interface MemoryReading {
  readonly total: number | null;
  readonly available: number | null;
  readonly swapTotal: number | null;
  readonly swapFree: number | null;
}

export interface ContainerReading {
  readonly cgroup: 'v1' | 'v2' | null;
  readonly cpuLimit: number | null;
  readonly throttledSeconds: number | null;
  readonly throttledPeriods: number | null;
  readonly memoryLimit: number | null;
  readonly memoryUsed: number | null;
}

export interface UdpCounters {
  readonly inDatagrams: number | null;
  readonly outDatagrams: number | null;
  readonly noPorts: number | null;
  readonly inErrors: number | null;
  readonly receiveBufferErrors: number | null;
  readonly sendBufferErrors: number | null;
}

/** One process as the kernel counts it. */
export interface ProcessReading {
  readonly pid: number;
  /** Tells apart two processes that had the same pid. */
  readonly startTime: number;
  /** CPU seconds, user and kernel mode together, since the process began. */
  readonly cpuSeconds: number;
  readonly residentMemory: number;
  readonly threads: number;
}

/** What one look at the system tells: counters and states, nothing made from two readings. */
export interface SystemReading {
  readonly cpu: { readonly all: CpuTimes; readonly cores: ReadonlyMap<string, CpuTimes> } | null;
  readonly load: readonly [number, number, number] | null;
  readonly memory: MemoryReading;
  readonly container: ContainerReading;
  readonly interfaces: readonly InterfaceCounters[];
  readonly udp: UdpCounters;
  readonly processes: readonly ProcessReading[];
}

/** Where readings come from: /proc and /sys on Linux, systeminformation elsewhere. */
export interface SystemReader {
  /** Never rejects: what cannot be read is `null` or absent. */
  read(pids: readonly number[]): Promise<SystemReading>;
}

export const UNKNOWN_MEMORY: MemoryReading = { total: null, available: null, swapTotal: null, swapFree: null };

export const UNKNOWN_CONTAINER: ContainerReading = {
  cgroup: null,
  cpuLimit: null,
  throttledSeconds: null,
  throttledPeriods: null,
  memoryLimit: null,
  memoryUsed: null,
};

export const UNKNOWN_UDP: UdpCounters = {
  inDatagrams: null,
  outDatagrams: null,
  noPorts: null,
  inErrors: null,
  receiveBufferErrors: null,
  sendBufferErrors: null,
};
