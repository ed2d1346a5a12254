import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endGroup } from './run-one.js';
import type { Toolchain } from './toolchain.js';

const MOST_MINUTES = 1_440;

/**
 * V8 goes on compiling for longer than a soak lasts, and notes some kB a minute about code beside the objects of the program. Told not
 * to compile, and to have its notes on each function from the first call on, it leaves them as they are, so that what the heap grows
 * by is kept by somebody.
 */
const WITHOUT_COMPILERS = ['--no-opt', '--no-maglev', '--no-sparkplug', '--no-lazy-feedback-allocation'];

export interface SoakPlan {
  readonly minutes: number;
  /** With V8 as it is in production: turns and CPU are those of it, and the heap rises by what V8 notes. */
  readonly compiled: boolean;
}

/** How the soak is run. Throws an error that says what is wrong. */
export function soakPlan(args: readonly string[]): SoakPlan {
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: { type: 'string', default: '30' }, compiled: { type: 'boolean', default: false } },
  });
  const minutes = Number(values.minutes);
  if (!(minutes >= 1 && minutes <= MOST_MINUTES)) {
    throw new Error(`--minutes takes a number from 1 to ${MOST_MINUTES}, not "${values.minutes}"`);
  }
  return { minutes, compiled: values.compiled };
}

/** Runs the soak in a process of its own, which tells how it goes. Gives the exit code. */
export async function runSoak(args: readonly string[], tools: Toolchain, signal: AbortSignal): Promise<number> {
  const { minutes, compiled } = soakPlan(args);
  tools.checkWorker();
  const program = join(await tools.build(), '..', 'soak', 'main.js');
  const node = await tools.node();
  signal.throwIfAborted();
  const child = fork(program, [`${minutes}`], {
    execPath: node,
    execArgv: compiled ? [] : WITHOUT_COMPILERS,
    detached: true,
  });
  const end = (): void => endGroup(child.pid);
  signal.addEventListener('abort', end, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signal.throwIfAborted();
    return code ?? 1;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
