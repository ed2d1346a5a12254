import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endGroup } from './run-one.js';
import type { SoakPlan } from './soak-arguments.js';
import type { Toolchain } from './toolchain.js';

/**
 * V8 goes on compiling for longer than a soak lasts, and notes some kB a minute about code beside the objects of the program. Told not
 * to compile, and to have its notes on each function from the first call on, it leaves them as they are, so that what the heap grows
 * by is kept by somebody.
 */
const WITHOUT_COMPILERS = ['--no-opt', '--no-maglev', '--no-sparkplug', '--no-lazy-feedback-allocation'];

/** Runs the soak in a process of its own, which tells how it goes. Gives the exit code. */
export async function runSoak({ minutes, compiled }: SoakPlan, tools: Toolchain, signal: AbortSignal): Promise<number> {
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
