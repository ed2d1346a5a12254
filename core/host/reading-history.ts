import { coreShares, cpuShares } from './cpu-shares.js';
import type { HostSample, NetworkInterfaceSample } from './host-reader.js';
import { interfaceFilter, MAX_INTERFACES } from './interface-filter.js';
import type { InterfaceCounters, ProcessReading, SystemReading } from './system-reading.js';

type SystemPart = Omit<HostSample, 'at' | 'process'>;

/** Makes samples of readings: what needs two of them (shares, bit rates) is `null` at first and when a counter fell. */
export class ReadingHistory {
  readonly #reported: (name: string) => boolean;
  #last: { readonly reading: SystemReading; readonly monotonic: number } | undefined;

  /** `interfaces` as in the options. */
  constructor(interfaces?: readonly string[]) {
    this.#reported = interfaceFilter(interfaces);
  }

  /** `monotonic` is when the reading was made, in ms. `pids` are listed even when nothing is known of them. */
  add(reading: SystemReading, monotonic: number, pids: readonly number[]): SystemPart {
    const last = this.#last?.reading;
    const seconds = this.#last === undefined ? 0 : (monotonic - this.#last.monotonic) / 1_000;
    this.#last = { reading, monotonic };

    const shares = last?.cpu && reading.cpu ? cpuShares(last.cpu.all, reading.cpu.all) : null;
    const processes = new Map(reading.processes.map((entry) => [entry.pid, entry]));
    return {
      cpu: {
        ratio: shares?.busy ?? null,
        userRatio: shares?.user ?? null,
        systemRatio: shares?.system ?? null,
        ioWaitRatio: shares?.ioWait ?? null,
        stealRatio: shares?.steal ?? null,
        perCore: last?.cpu && reading.cpu ? coreShares(last.cpu.cores, reading.cpu.cores) : [],
        load1: reading.load?.[0] ?? null,
        load5: reading.load?.[1] ?? null,
        load15: reading.load?.[2] ?? null,
      },
      memory: reading.memory,
      container: reading.container,
      interfaces: this.#interfaces(last?.interfaces ?? [], reading.interfaces, seconds),
      udp: reading.udp,
      workers: pids.map((pid) => {
        const now = processes.get(pid);
        const before = last?.processes.find((entry) => entry.pid === pid);
        return {
          pid,
          cpuRatio: processShare(before, now, seconds),
          residentMemory: now?.residentMemory ?? null,
          threads: now?.threads ?? null,
        };
      }),
    };
  }

  #interfaces(
    last: readonly InterfaceCounters[],
    now: readonly InterfaceCounters[],
    seconds: number,
  ): NetworkInterfaceSample[] {
    const before = new Map(last.map((entry) => [entry.name, entry]));
    return now
      .filter(({ name }) => this.#reported(name))
      .slice(0, MAX_INTERFACES)
      .map((entry) => {
        const earlier = before.get(entry.name);
        return {
          ...entry,
          recvBitrate: bitrate(earlier?.bytesReceived, entry.bytesReceived, seconds),
          sendBitrate: bitrate(earlier?.bytesSent, entry.bytesSent, seconds),
        };
      });
  }
}

function bitrate(before: number | undefined, now: number, seconds: number): number | null {
  if (before === undefined || now < before || seconds <= 0) return null;
  return ((now - before) * 8) / seconds;
}

/** Share of one core; may be above 1 for a process of several threads. */
function processShare(
  before: ProcessReading | undefined,
  now: ProcessReading | undefined,
  seconds: number,
): number | null {
  // Another start time is another process that was given the same pid.
  if (before === undefined || now === undefined || before.startTime !== now.startTime || seconds <= 0) return null;
  return Math.max(0, now.cpuSeconds - before.cpuSeconds) / seconds;
}
