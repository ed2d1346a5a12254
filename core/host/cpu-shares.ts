import type { CpuTimes } from './system-reading.js';

/** Shares of the time between two readings, 0–1. */
export interface CpuShares {
  /**
   * Everything but idling and waiting for I/O; time the hypervisor took counts as busy, since nobody here could use it.
   */
  readonly busy: number;
  readonly user: number;
  readonly system: number;
  readonly ioWait: number | null;
  readonly steal: number | null;
}

/** `null` when no time passed or the counters began again. */
export function cpuShares(before: CpuTimes, now: CpuTimes): CpuShares | null {
  const user = now.user - before.user;
  const system = now.system - before.system;
  const steal = difference(before.steal, now.steal);
  if (user < 0 || system < 0 || (steal ?? 0) < 0) return null;
  // The kernel documents that these two may fall a little from one reading to the next.
  const idle = Math.max(0, now.idle - before.idle);
  const ioWait = atLeastZero(difference(before.ioWait, now.ioWait));
  const busy = user + system + (steal ?? 0);
  const total = busy + idle + (ioWait ?? 0);
  if (total === 0) return null;
  return {
    busy: busy / total,
    user: user / total,
    system: system / total,
    ioWait: ioWait === null ? null : ioWait / total,
    steal: steal === null ? null : steal / total,
  };
}

/** Busy share of each core in order; empty when it is unknown, or when cores were added or taken away in between. */
export function coreShares(before: ReadonlyMap<string, CpuTimes>, now: ReadonlyMap<string, CpuTimes>): number[] {
  const shares: number[] = [];
  for (const [name, times] of now) {
    const last = before.get(name);
    const share = last === undefined ? null : cpuShares(last, times);
    if (share === null) return [];
    shares.push(share.busy);
  }
  return before.size === now.size ? shares : [];
}

function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : now - before;
}

function atLeastZero(value: number | null): number | null {
  return value === null ? null : Math.max(0, value);
}
