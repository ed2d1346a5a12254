import * as os from 'node:os';
import type { AskInformation, InformationCalls } from './information-calls.js';
import {
  type InterfaceCounters,
  type SystemReader,
  type SystemReading,
  UNKNOWN_CONTAINER,
  UNKNOWN_MEMORY,
  UNKNOWN_UDP,
} from './system-reading.js';

/**
 * Reads other systems than Linux, through systeminformation and Node.js. Containers, UDP errors and processes stay
 * unknown.
 */
export class PortableReader implements SystemReader {
  readonly #ask: AskInformation;

  constructor(ask: AskInformation) {
    this.#ask = ask;
  }

  async read(): Promise<SystemReading> {
    const memory = await this.#ask('mem');
    const interfaces = await this.#ask('networkStats');
    return {
      cpu: cpuTimes(os.cpus()),
      load: loadAverage(),
      memory:
        memory === null
          ? UNKNOWN_MEMORY
          : {
              total: memory.total,
              available: memory.available,
              swapTotal: memory.swaptotal,
              swapFree: memory.swapfree,
            },
      container: UNKNOWN_CONTAINER,
      interfaces: interfaces?.map(countersOf) ?? [],
      udp: UNKNOWN_UDP,
      processes: [],
    };
  }
}

/** Node.js counts ms of each core since boot, without waiting for I/O and time stolen. */
function cpuTimes(cores: readonly os.CpuInfo[]): SystemReading['cpu'] {
  if (cores.length === 0) return null;
  const times = cores.map(({ times: { user, nice, sys, irq, idle } }) => ({
    user: user + nice,
    system: sys + irq,
    idle,
    ioWait: null,
    steal: null,
  }));
  const sum = (field: 'user' | 'system' | 'idle'): number => times.reduce((total, core) => total + core[field], 0);
  return {
    all: { user: sum('user'), system: sum('system'), idle: sum('idle'), ioWait: null, steal: null },
    cores: new Map(times.map((core, index) => [`cpu${index}`, core])),
  };
}

/** Windows has no load average, and Node.js says 0 for it. */
function loadAverage(): SystemReading['load'] {
  const [one = 0, five = 0, fifteen = 0] = os.loadavg();
  return os.platform() === 'win32' ? null : [one, five, fifteen];
}

function countersOf(entry: InformationCalls['networkStats'][number]): InterfaceCounters {
  return {
    name: entry.iface,
    bytesReceived: entry.rx_bytes,
    bytesSent: entry.tx_bytes,
    packetsReceived: Number.NaN,
    packetsSent: Number.NaN,
    errorsReceived: entry.rx_errors,
    errorsSent: entry.tx_errors,
    droppedReceived: entry.rx_dropped,
    droppedSent: entry.tx_dropped,
  };
}
