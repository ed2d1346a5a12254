import { SchedStat } from '../../../core/sched-stat.js';

/** Kept open, and read into the same memory: a buffer for each reading is so much garbage in some thousand turns that V8 marks the whole heap in them. */
const thread = new SchedStat('/proc/thread-self/schedstat');

export interface Cost {
  /** CPU time of the whole process, ms: also of its other threads, garbage collection for one. */
  readonly cpuMs: number;
  readonly longestTurnMs: number;
}

/** Runs something beside a loop of turns, and gives the length of each in ms, without time in which others had the processor. */
export async function turnsOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  return await turnsBy(() => performance.now() - thread.delayMs(), work);
}

/**
 * The same as CPU time of the thread: without the time either in which the host took the processor away, which no other clock of a guest tells;
 * but also without that in which it waits for another thread, as at the end of a garbage collection.
 */
export async function cpuTurnsOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  return await turnsBy(threadCpuMs, work);
}

/** CPU time of this thread in ms. Linux only: throws elsewhere. */
function threadCpuMs(): number {
  // Linux brings the thread's count up to date only for who asks for that of the process.
  process.cpuUsage();
  const ms = thread.cpuMs();
  if (ms === 0) throw new Error('this needs /proc/thread-self/schedstat, which Linux has');
  return ms;
}

async function turnsBy(clock: () => number, work: () => Promise<unknown>): Promise<readonly number[]> {
  const turns: number[] = [];
  let running = true;
  let last = clock();
  const turn = (): void => {
    const now = clock();
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
