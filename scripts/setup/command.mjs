import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { Interrupted, SetupFailure } from './failure.mjs';

const TAIL_LINES = 20;
const KILL_AFTER_MS = 2000;

/**
 * @typedef {object} CommandOptions
 * @property {string} name What it is for the user, as in "npm ci failed".
 * @property {string} log File that gets the whole output.
 * @property {AbortSignal} signal Ends the command when aborted.
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] Added to the environment.
 * @property {number} deadlineMs The command is ended after this time, far beyond what it takes on a slow machine.
 * @property {(line: string) => void} [onLine] Called with each line of output, for progress.
 * @property {boolean} [gentle] Interrupt as a terminal would and wait, never kill: a package manager
 *   that is killed half-way leaves a broken system behind.
 */

/**
 * Runs a command without input, its output going to a log file.
 *
 * The command gets a process group of its own, so that ending it ends the compilers it has started, too.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<void>}
 * @throws {SetupFailure} With the log's last lines, when the command cannot be started, fails or takes too long.
 * @throws {Interrupted} When the signal was aborted.
 */
export async function runCommand(command, args, options) {
  const { name, log, signal, cwd, env, deadlineMs, onLine, gentle = false } = options;
  if (signal.aborted) throw new Interrupted();
  mkdirSync(dirname(log), { recursive: true });
  const file = createWriteStream(log, { flags: 'a' });
  /** @type {string[]} */
  const tail = [];
  file.write(`$ ${[command, ...args].join(' ')}\n`);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      file.write(`${line}\n`);
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      onLine?.(line);
    });
  }

  /** @type {NodeJS.Timeout[]} */
  const timers = [];
  let expired = false;
  const end = () => {
    if (gentle) {
      child.kill('SIGINT');
      return;
    }
    signalGroup(child.pid, 'SIGTERM');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS));
  };
  timers.push(
    setTimeout(() => {
      expired = true;
      end();
    }, deadlineMs),
  );
  signal.addEventListener('abort', end, { once: true });

  try {
    /** @type {{ code: number | null, by?: NodeJS.Signals | null, error?: Error }} */
    const outcome = await new Promise((resolve) => {
      child.on('error', (error) => resolve({ code: null, error }));
      child.on('close', (code, by) => resolve({ code, by }));
    });
    if (signal.aborted) throw new Interrupted();
    if (outcome.code === 0) return;
    const what = expired
      ? `took longer than ${deadlineMs} ms`
      : (outcome.error?.message ?? (outcome.by ? `ended by ${outcome.by}` : `exit code ${outcome.code}`));
    throw new SetupFailure(`${name} failed: ${what}`, { log, tail, cause: outcome.error });
  } finally {
    signal.removeEventListener('abort', end);
    for (const timer of timers) clearTimeout(timer);
    await new Promise((resolve) => file.end(resolve));
  }
}

/**
 * @param {number | undefined} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}
