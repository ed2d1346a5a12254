import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ALERT_SEVERITIES, type Clock, type Logger, type Timer } from '../../../core/index.js';

/** How long changes are gathered before the file is written, ms. */
const GATHER_MS = 200;
/** A larger file is not ours. */
const MAX_ENTRIES = 20_000;

const entrySchema = z.object({
  /** The definition of its rule. */
  definition: z.string(),
  subject: z.string(),
  alert: z.object({
    id: z.string(),
    name: z.string(),
    severity: z.enum(ALERT_SEVERITIES),
    labels: z.record(z.string(), z.string()),
    annotations: z.object({ summary: z.string(), description: z.string() }).catchall(z.string()),
    entity: z.object({ kind: z.string(), key: z.string(), id: z.string() }).nullable(),
    room: z.string().nullable(),
    peer: z.string().nullable(),
    worker: z.string().nullable(),
    since: z.number(),
    firingSince: z.number(),
    value: z.number().nullable(),
    acknowledged: z.object({ at: z.number(), by: z.string(), comment: z.string() }).nullable(),
  }),
});
export type StateEntry = z.output<typeof entrySchema>;

const fileSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  firing: z.array(entrySchema).max(MAX_ENTRIES),
});

export interface SavedState {
  readonly runId: string;
  readonly firing: readonly StateEntry[];
}

interface Dependencies {
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is to be kept now. */
  readonly state: () => SavedState;
}

/** What fires, in a file that is never half written: it is written beside and renamed. Write errors are logged and tried again later. */
export class StateFile {
  readonly #given: Dependencies;
  #timer: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(given: Dependencies) {
    this.#given = given;
  }

  /** Whether the last write failed. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  /** `null` when there is none; one that cannot be read is said and left out. */
  async load(): Promise<SavedState | null> {
    const { path, logger } = this.#given;
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      logger.warn('the state file of alerts cannot be read; nothing is known of before', {
        path,
        error: String(error),
      });
      return null;
    }
    try {
      return fileSchema.parse(JSON.parse(text));
    } catch {
      logger.warn('the state file of alerts is damaged; nothing is known of before', { path });
      return null;
    }
  }

  /** Something changed: writes soon. */
  changed(): void {
    this.#timer ??= this.#given.clock.setTimeout(() => {
      this.#timer = null;
      void this.save();
    }, GATHER_MS);
  }

  /** Writes now, after what is being written. Never rejects. */
  save(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const text = JSON.stringify({ version: 1, ...this.#given.state() });
    this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    const { path, logger } = this.#given;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) logger.error('the state file of alerts cannot be written', { path, error: String(error) });
      this.#failed = true;
    }
  }
}
