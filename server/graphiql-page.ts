import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { GraphiQLOptions } from 'graphql-yoga';
import type { Logger } from '../core/index.js';

/** The page as it is sent: compressed once, in two ways. */
export interface GraphiqlPage {
  readonly br: Uint8Array;
  readonly gzip: Uint8Array;
  readonly etag: string;
  /** Hashes of the scripts in the page, as a content security policy wants them. */
  readonly scriptHashes: readonly string[];
}

const PACKAGE = '@graphql-yoga/render-graphiql';

/**
 * Renders and compresses in a thread, since the page is 9 MB of text. It is text itself, and not a file of its own, because a
 * thread cannot load the TypeScript that tests run from.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { brotliCompressSync, gzipSync, constants } = require('node:zlib');
const { renderGraphiQL } = require(workerData.module);
const page = renderGraphiQL(workerData.options).replace('</head>', () => '<style>' + workerData.style + '</style></head>');
const html = Buffer.from(page);
const sha = (data) => createHash('sha256').update(data).digest('base64');
const scripts = [...html.toString().matchAll(/<script>([\\s\\S]*?)<\\/script>/g)];
parentPort.postMessage({
  br: brotliCompressSync(html, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: gzipSync(html),
  etag: '"' + sha(html) + '"',
  scriptHashes: scripts.map((script) => 'sha256-' + sha(script[1])),
});
`;

/** GraphiQL 5 animates its tabs to their places; the first click on one that still is on its way moves it off the pointer. */
const STYLE = '.graphiql-tab { transform: none !important }';

/** Heap of the thread in MB. */
const MAX_HEAP_MB = 256;

/** Makes the page at the first need and keeps it. `null` when the package that renders it is not installed. */
export class GraphiqlRenderer {
  readonly #options: GraphiQLOptions;
  readonly #logger: Logger;
  #page: Promise<GraphiqlPage | null> | undefined;
  #worker: Worker | undefined;

  constructor(options: GraphiQLOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
  }

  page(): Promise<GraphiqlPage | null> {
    this.#page ??= this.#render().catch((error: unknown) => {
      this.#logger.error('GraphiQL could not be rendered', { error });
      this.#page = undefined;
      return null;
    });
    return this.#page;
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #render(): Promise<GraphiqlPage | null> {
    const module = locate();
    if (module === null) return null;
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: { module, options: this.#options, style: STYLE },
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    worker.unref();
    this.#worker = worker;
    try {
      return await new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error('The thread ended without an answer.')));
      });
    } finally {
      this.#worker = undefined;
      await worker.terminate();
    }
  }
}

function locate(): string | null {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch {
    return null;
  }
}
