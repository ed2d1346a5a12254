import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endGroup } from './run-one.js';
import type { Toolchain } from './toolchain.js';

const MOST_MINUTES = 1_440;

/** How long the soak lasts, in minutes. Throws an error that says what is wrong. */
export function soakMinutes(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { minutes: { type: 'string', default: '30' } } });
  const minutes = Number(values.minutes);
  if (!(minutes >= 1 && minutes <= MOST_MINUTES)) {
    throw new Error(`--minutes takes a number from 1 to ${MOST_MINUTES}, not "${values.minutes}"`);
  }
  return minutes;
}

/** Runs the soak in a process of its own, which tells how it goes. Gives the exit code. */
export async function runSoak(args: readonly string[], tools: Toolchain, signal: AbortSignal): Promise<number> {
  const minutes = soakMinutes(args);
  tools.checkWorker();
  const program = join(await tools.build(), '..', 'soak', 'main.js');
  const node = await tools.node();
  signal.throwIfAborted();
  const child = fork(program, [`${minutes}`], { execPath: node, detached: true });
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
