import { openSync, readSync } from 'node:fs';

/** How long this thread was ready to run while others ran, ms: no part of what a turn costs. 0 where that is not told. */
export const waitedMs = ((): (() => number) => {
  try {
    const file = openSync('/proc/thread-self/schedstat', 'r');
    const text = Buffer.alloc(64);
    return () => Number(text.toString('latin1', 0, readSync(file, text, 0, 64, 0)).split(' ')[1]) / 1e6;
  } catch {
    return () => 0;
  }
})();

export interface Cost {
  /** CPU time of the whole process, ms: also of its other threads, garbage collection for one. */
  readonly cpuMs: number;
  readonly longestTurnMs: number;
}

/** Runs something beside a loop of turns, and tells what it cost and the longest turn without time in which others had the processor. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  let longestTurnMs = 0;
  let running = true;
  let last = performance.now() - waitedMs();
  const turn = (): void => {
    const now = performance.now() - waitedMs();
    longestTurnMs = Math.max(longestTurnMs, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  turn();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1_000, longestTurnMs };
}

/** Medians of several runs, after some that are not counted. */
export async function medianCost(work: () => Promise<unknown>, runs = 15, warmUp = 10): Promise<Cost> {
  for (let i = 0; i < warmUp; i++) await work();
  const costs: Cost[] = [];
  for (let i = 0; i < runs; i++) costs.push(await costOf(work));
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
    longestTurnMs: median(costs.map(({ longestTurnMs }) => longestTurnMs)),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
