import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

const MAIN = new URL('../../dist/server/main.js', import.meta.url).pathname;

/** The built program as its user runs it, in a process of its own. */
export class Program {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stdout = '';
  stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exit = once(child, 'close').then(([code]) => code as number | null);
  }

  static run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
    if (!existsSync(MAIN)) throw new Error('dist/ is not built: npm run build');
    return new Program(spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env } }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything it has printed. */
  get output(): string {
    return this.stdout + this.stderr;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The exit code; `null` when a signal ended it. */
  exited(): Promise<number | null> {
    return this.#exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
