import { copyFile, type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type Clock, errorText, type Logger, type Timer } from '../../../core/index.js';
import { type KeptState, KeptStateReader, linesOf } from './kept-state.js';

/** Changes that come close together are written once. */
const WRITE_AFTER_MS = 100;
/** Writing takes at most one part in so many of the time. */
const SHARE = 10;
/** When the disk is full or the folder gone. */
const TRY_AGAIN_MS = 10_000;
/** The event loop is let go after so much text was made or read: well below 1 ms. */
const SLICE_LENGTH = 16_384;
const HEAD = JSON.stringify({ sfuscopeNotifications: 1 });

interface Dependencies {
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: () => KeptState;
}

/**
 * Keeps groups and waiting notifications in a file, a line of JSON each. A new file takes the place of the old one only when it is whole and
 * on disk, so a crash leaves the one or the other.
 */
export class StateFile {
  readonly #given: Dependencies;
  #timer: Timer | undefined;
  #writing: Promise<void> | undefined;
  #isDirty = false;
  #pauseMs = WRITE_AFTER_MS;
  #problem: string | null = null;

  constructor(given: Dependencies) {
    this.#given = given;
  }

  /** Why the last attempt to write failed; `null` when it went well. */
  get problem(): string | null {
    return this.#problem;
  }

  /**
   * What an earlier process left; nothing when there is no file. Lines that are damaged are left out, and the file is put aside. Rejects
   * when it is another file than ours, or cannot be read.
   */
  async read(): Promise<KeptState> {
    const { file } = this.#given;
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (Object(error).code === 'ENOENT') return '';
      throw new Error(`stateFile ${file} cannot be read: ${errorText(error)}`);
    });
    const reader = new KeptStateReader();
    if (text === '') return reader.state;
    const [head, ...lines] = text.trimEnd().split('\n');
    if (head !== HEAD) {
      throw new Error(`stateFile ${file} is no state of notifications: name another file, or move this one away.`);
    }
    await this.#readLines(lines, reader);
    return reader.state;
  }

  /** Something changed; it is on disk a moment later. */
  touch(): void {
    this.#isDirty = true;
    if (this.#writing === undefined) this.#timer ??= this.#given.clock.setTimeout(() => this.#begin(), this.#pauseMs);
  }

  /** Writes what has changed, now. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#isDirty) this.#begin();
    await this.#writing;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #readLines(lines: readonly string[], reader: KeptStateReader): Promise<void> {
    const { file, logger } = this.#given;
    const damaged: string[] = [];
    let length = 0;
    for (const [index, line] of lines.entries()) {
      try {
        reader.read(line);
      } catch (error) {
        damaged.push(`line ${index + 2}: ${errorText(error)}`);
      }
      length += line.length;
      if (length < SLICE_LENGTH) continue;
      length = 0;
      await setImmediate();
    }
    const [first] = damaged;
    if (first === undefined) return;
    const aside = `${file}.damaged`;
    await copyFile(file, aside).catch(() => undefined);
    logger.error('stateFile is damaged: some alerts may be told again, or their end not at all', {
      file,
      aside,
      lines: damaged.length,
      first,
    });
  }

  #begin(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isDirty = false;
    this.#writing = this.#write().then(() => {
      this.#writing = undefined;
      if (this.#isDirty) this.touch();
    });
  }

  async #write(): Promise<void> {
    const { file, clock, logger } = this.#given;
    const begin = clock.monotonic();
    try {
      // Taken before the first wait: the lines are written over several turns, and all have to be of one moment.
      const lines = linesOf(this.#given.state());
      const handle = await open(`${file}.new`, 'w', 0o600);
      try {
        await writeLines(handle, lines);
      } finally {
        await handle.close();
      }
      await rename(`${file}.new`, file);
      this.#problem = null;
      this.#pauseMs = Math.max(WRITE_AFTER_MS, (clock.monotonic() - begin) * SHARE);
    } catch (error) {
      const text = `stateFile cannot be written: ${errorText(error)}`;
      if (this.#problem === null) logger.error(text, { file });
      this.#problem = text;
      this.#isDirty = true;
      this.#pauseMs = TRY_AGAIN_MS;
    }
  }
}

async function writeLines(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  let text = `${HEAD}\n`;
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < SLICE_LENGTH) continue;
    await handle.appendFile(text);
    text = '';
    await setImmediate();
  }
  await handle.appendFile(text);
  await handle.datasync();
}
