import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { onTestFinished } from 'vitest';

const CHILD = new URL('./stdout-child.mjs', import.meta.url).pathname;
const BUILT = new URL('../../dist/plugins/stdout/plugin.js', import.meta.url).pathname;

export interface ChildStatus {
  readonly counters: Readonly<Record<string, number>>;
  readonly health: { readonly status: string; readonly reason?: string };
  readonly errors: readonly string[];
  /** Listeners for errors of its output, over those it began with. */
  readonly listeners: number;
}

/** The stdout plugin in a process of its own, whose output is a pipe that nobody reads until `read` is called. */
export class StdoutChild {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.#exit = once(child, 'exit');
  }

  /** Killed when the test has finished. `stdout`: a descriptor in place of the pipe. */
  static async start(options: object, stdout: number | 'pipe' = 'pipe'): Promise<StdoutChild> {
    if (!existsSync(BUILT)) throw new Error('dist/ is not built: npm run build');
    const child = fork(CHILD, [JSON.stringify(options)], { stdio: ['ignore', stdout, 'inherit', 'ipc'] });
    const process = new StdoutChild(child);
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await process.#exit;
    });
    await once(child, 'message');
    return process;
  }

  /** Has it do something; resolves once its event loop came to answer. */
  async ask(command: 'publish' | 'flush' | 'stop' | 'status', argument = 0): Promise<ChildStatus> {
    const answered = once(this.child, 'message');
    this.child.send([command, argument]);
    const [status] = (await answered) as [ChildStatus];
    return status;
  }

  /** Everything that is written from now on, and what waits in the pipe, once it is closed. */
  async read(): Promise<string> {
    const { stdout } = this.child;
    if (stdout === null) return '';
    let text = '';
    stdout.setEncoding('utf8');
    for await (const part of stdout as AsyncIterable<string>) text += part;
    return text;
  }

  /** The exit code; `null` when a signal ended it. */
  async exited(): Promise<unknown> {
    await this.#exit;
    return this.child.exitCode;
  }
}
