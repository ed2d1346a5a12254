import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a publishing process is to do. */
export interface PublisherTask {
  /** Begins the id of every record: `<generation>-<number>`, with numbers from 0. */
  readonly generation: number;
  readonly records: number;
  readonly perSecond: number;
  /** Record `n` is about entity `n` modulo this. */
  readonly entities: number;
  /** Options of the AMQP plugin. */
  readonly plugin: object;
}

type Counters = Readonly<Record<string, number>>;

export interface Measurement {
  /** Live bytes above those at the start, garbage not counted. */
  readonly heldBytes: number;
  readonly counters: Counters;
}

export interface PublisherResult {
  readonly counters: Counters;
  readonly cpuMs: number;
  /** Of the event loop, in ms. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

interface Progress {
  /** Records handed to the plugin until then. */
  readonly pushed: number;
  /** How many of them the plugin says are delivered or on disk. */
  readonly safe: number;
  /** Wall time in ms. */
  readonly at: number;
}

const RESULT_DEADLINE_MS = 120_000;
const SCRIPT = new URL('publisher.mjs', import.meta.url);
const BUILT = new URL('../../dist/plugins/amqp/plugin.js', import.meta.url);

/** One publishing process. */
export class PublisherProcess {
  readonly #child: ChildProcess;
  readonly #progress: Progress[] = [];
  readonly #exit: Promise<void>;
  #result: PublisherResult | undefined;
  #measured: ((measurement: Measurement) => void) | undefined;
  #noise = '';

  constructor(task: PublisherTask) {
    if (!existsSync(BUILT)) throw new Error('dist/ is not built: npm run build');
    this.#child = spawn(process.execPath, ['--expose-gc', fileURLToPath(SCRIPT), JSON.stringify(task)]);
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line) as Progress | Measurement | PublisherResult);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#noise = (this.#noise + text).slice(-4_000);
    });
    // It may have been killed already when it is asked.
    this.#child.stdin?.on('error', () => undefined);
    this.#exit = once(this.#child, 'close').then(() => undefined);
  }

  /** Records handed to the plugin so far. */
  get pushed(): number {
    return this.#progress.at(-1)?.pushed ?? 0;
  }

  /** How many the plugin last said were delivered or on disk. */
  get safe(): number {
    return this.#progress.at(-1)?.safe ?? 0;
  }

  /** Wall time in ms at which that record was handed over, as far as told. */
  pushedAt(record: number): number | undefined {
    return this.#progress.find(({ pushed }) => pushed > record)?.at;
  }

  /** Resolves once so many records were handed over. */
  async reached(records: number): Promise<void> {
    while (this.pushed < records) {
      if (this.#child.exitCode !== null) throw new Error(`the publisher ended early: ${this.#noise}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Resolves with `null` when it ends first. */
  measure(): Promise<Measurement | null> {
    const measured = new Promise<Measurement>((resolve) => {
      this.#measured = resolve;
      this.#child.stdin?.write('measure\n');
    });
    return Promise.race([measured, this.#exit.then(() => null)]);
  }

  /** Resolves when everything is confirmed and the process has ended; rejects with its counters when that takes too long. */
  async result(): Promise<PublisherResult> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, RESULT_DEADLINE_MS, 'late');
    });
    const first = await Promise.race([this.#exit, late]);
    clearTimeout(timer);
    if (first === 'late') throw new Error(`the publisher did not end: ${JSON.stringify(await this.measure())}`);
    if (this.#result === undefined) throw new Error(`the publisher failed: ${this.#noise}`);
    return this.#result;
  }

  /** Ends it as a crash would; resolves with the wall time just before. */
  async kill(): Promise<number> {
    const at = Date.now();
    this.#child.kill('SIGKILL');
    await this.#exit;
    return at;
  }

  #take(line: Progress | Measurement | PublisherResult): void {
    if ('pushed' in line) this.#progress.push(line);
    else if ('heldBytes' in line) this.#measured?.(line);
    else this.#result = line;
  }
}
