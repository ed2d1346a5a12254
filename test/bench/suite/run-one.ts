import { fork } from 'node:child_process';
import type { RunConfig, RunResult } from '../sfu/protocol.js';

/** Opening 50,000 consumers on a slow machine included. */
const DEADLINE_MS = 180_000;
const TOLD_BYTES = 4_000;

export interface Launch {
  /** The program that is measured, compiled. */
  readonly program: string;
  /** The Node.js that runs it. */
  readonly node: string;
  readonly workerBin: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Measures one mode once, in a process of its own with a group of its own, so that its workers and its probe end with it whatever
 * happens. Rejects with what the process told when there is no result.
 */
export async function runOne(config: RunConfig, { program, node, workerBin, signal }: Launch): Promise<RunResult> {
  signal.throwIfAborted();
  const child = fork(program, [JSON.stringify(config)], {
    execPath: node,
    execArgv: ['--expose-gc'],
    detached: true,
    // What it prints is what is measured of some modes, and goes nowhere.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...(workerBin !== undefined && { MEDIASOUP_WORKER_BIN: workerBin }) },
  });
  let told = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    told = (told + text).slice(-TOLD_BYTES);
  });
  const end = (): void => endGroup(child.pid);
  const timer = setTimeout(end, DEADLINE_MS);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<RunResult>((resolve, reject) => {
      let result: RunResult | undefined;
      child.once('message', (message) => {
        result = message as RunResult;
      });
      child.once('error', reject);
      child.once('exit', (code, by) => {
        if (result !== undefined) resolve(result);
        else reject(new Error(`${config.mode} ended without a result (${by ?? `exit code ${code}`}): ${told.trim()}`));
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
  }
}

/** Ends a process that was started with a group of its own, and all that it has started. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended by itself.
  }
}
