import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SchedStat } from '../sched-stat.js';

const TASKS = '/proc/self/task';
/** What Node.js 22.13 and 23.6 on call the threads on which V8 collects garbage and compiles (`src/node_platform.cc`). */
const NAME = 'V8Worker';

/**
 * The CPU time of V8's own threads, on which garbage of this process is marked and swept and code is compiled while JavaScript runs on. Always 0
 * where they cannot be told from others: without the `/proc` of Linux, and in older releases of Node.js.
 */
export class EngineThreads {
  readonly #tasks: string;
  #threads: readonly SchedStat[] | undefined;

  /** @param tasks The folder in which Linux shows the threads of this process. */
  constructor(tasks = TASKS) {
    this.#tasks = tasks;
  }

  /** Total since they began, in ms. Some 10 µs a reading. */
  cpuMs(): number {
    this.#threads ??= found(this.#tasks);
    return this.#threads.reduce((sum, thread) => sum + thread.cpuMs(), 0);
  }

  /** Gives the files back; from then on it is 0. */
  close(): void {
    for (const thread of this.#threads ?? []) thread.close();
    this.#threads = [];
  }
}

/** They begin with the process and stay. */
function found(tasks: string): readonly SchedStat[] {
  return listed(tasks)
    .filter((thread) => nameOf(join(tasks, thread)) === NAME)
    .map((thread) => new SchedStat(join(tasks, thread, 'schedstat')));
}

function listed(tasks: string): readonly string[] {
  try {
    return readdirSync(tasks);
  } catch {
    return [];
  }
}

function nameOf(thread: string): string | null {
  try {
    return readFileSync(join(thread, 'comm'), 'utf8').trimEnd();
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
