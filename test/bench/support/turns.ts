import { RunDelay } from '../../../core/dispatch/run-delay.js';

const runDelay = new RunDelay();

export interface Cost {
  /** CPU time of the whole process, ms: also of its other threads, garbage collection for one. */
  readonly cpuMs: number;
  readonly longestTurnMs: number;
}

/** Runs something beside a loop of turns, and gives the length of each in ms, without time in which others had the processor. */
export async function turnsOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  const turns: number[] = [];
  let running = true;
  let last = performance.now() - runDelay.ms();
  const turn = (): void => {
    const now = performance.now() - runDelay.ms();
    turns.push(now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  turn();
  return turns;
}

/** The longest of many. */
export function longest(turns: readonly number[]): number {
  return turns.reduce((most, ms) => Math.max(most, ms), 0);
}

/** CPU time of the whole process in ms. */
export async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Runs something twice: beside a loop of turns for the longest one, and alone for what it costs. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const longestTurnMs = longest(await turnsOf(work));
  return { cpuMs: await cpuOf(work), longestTurnMs };
}
