import { open, readFile, rename } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { type Clock, errorText, type Logger, type Timer } from '../../../core/index.js';
import type { Notification } from '../notification.js';
import type { KeptGroup } from '../routing/group.js';

/** Changes that come close together are written once. */
const WRITE_AFTER_MS = 100;
/** The event loop is let go after so many bytes were made. */
const SLICE_BYTES = 65_536;
const VERSION = 1;

/** What a restart must not forget. */
export interface KeptState {
  readonly groups: readonly KeptGroup[];
  readonly waiting: readonly Notification[];
}

interface Dependencies {
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  state(): { readonly groups: Iterable<KeptGroup>; readonly waiting: Iterable<Notification> };
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
  #isFailing = false;

  constructor(given: Dependencies) {
    this.#given = given;
  }

  /** What an earlier process left; nothing when there is no file. Rejects when it is none of ours, and leaves it as it is. */
  async read(): Promise<KeptState> {
    const { file } = this.#given;
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (Object(error).code === 'ENOENT') return '';
      throw new Error(`stateFile ${file} cannot be read: ${errorText(error)}`);
    });
    if (text === '') return { groups: [], waiting: [] };
    try {
      const [head, ...lines] = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Line);
      if (head?.sfuscopeNotifications !== VERSION) throw new Error('its first line is not that of a state file');
      return {
        groups: lines.flatMap(({ group }) => group ?? []),
        waiting: lines.flatMap(({ waiting }) => waiting ?? []),
      };
    } catch (error) {
      throw new Error(`stateFile ${file} is damaged: ${errorText(error)}. Move it away to begin anew.`);
    }
  }

  /** Something changed; it is on disk a moment later. */
  touch(): void {
    this.#isDirty = true;
    if (this.#writing === undefined) {
      this.#timer ??= this.#given.clock.setTimeout(() => this.#begin(), WRITE_AFTER_MS);
    }
  }

  /** Writes what has changed, now. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#isDirty) this.#begin();
    await this.#writing;
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
    const { file, logger } = this.#given;
    try {
      const handle = await open(`${file}.new`, 'w', 0o600);
      try {
        let text = `${JSON.stringify({ sfuscopeNotifications: VERSION })}\n`;
        for (const line of this.#lines()) {
          text += `${JSON.stringify(line)}\n`;
          if (text.length < SLICE_BYTES) continue;
          await handle.write(text);
          text = '';
          await setImmediate();
        }
        await handle.write(text);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(`${file}.new`, file);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) logger.error(`stateFile ${file} cannot be written: ${errorText(error)}`);
      this.#isFailing = true;
    }
  }

  *#lines(): IterableIterator<Line> {
    // Copied first: the lines are written over several turns, and all have to be of one moment.
    const { groups, waiting } = this.#given.state();
    const [allGroups, allWaiting] = [[...groups], [...waiting]];
    for (const group of allGroups) yield { group };
    for (const notification of allWaiting) yield { waiting: notification };
  }
}

interface Line {
  readonly sfuscopeNotifications?: number;
  readonly group?: KeptGroup;
  readonly waiting?: Notification;
}
