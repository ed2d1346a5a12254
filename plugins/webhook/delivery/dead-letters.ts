import { appendFile, rename, stat } from 'node:fs/promises';
import { errorText, type Logger } from '../../../core/index.js';
import type { Notification } from '../notification.js';

const LARGEST_FILE_BYTES = 16_777_216;
/** Text that may wait for the disk. */
const MOST_WAITING_LENGTH = 4_194_304;

/** Why a notification will not be delivered. */
export type DeathCause = 'refused' | 'expired' | 'overflow';

/** Notes notifications that were not delivered and will not be: a line in the log, and the whole in a file where one is set. */
export class DeadLetters {
  readonly #file: string | undefined;
  readonly #logger: Logger;
  #writing: Promise<void> = Promise.resolve();
  #waitingLength = 0;
  #isFailing = false;

  constructor(file: string | undefined, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /** `reason` must tell no secret. */
  bury(notification: Notification, cause: DeathCause, reason: string): void {
    const { id, receiver, groupKey, status, alerts } = notification;
    const isKept = this.#file !== undefined && this.#waitingLength < MOST_WAITING_LENGTH;
    const fields = {
      receiver,
      notification: id,
      group: groupKey,
      status,
      alerts: alerts.length,
      cause,
      reason,
      isKept,
    };
    this.#logger.error('a notification was not delivered', fields);
    if (this.#file === undefined || !isKept) return;
    const line = `${JSON.stringify({ cause, reason, notification })}\n`;
    const file = this.#file;
    this.#waitingLength += line.length;
    this.#writing = this.#writing.then(() => this.#append(file, line));
  }

  /** Resolves when all is on disk that can be. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #append(file: string, line: string): Promise<void> {
    try {
      const size = await stat(file).then(
        (found) => found.size,
        () => 0,
      );
      if (size > 0 && size + line.length > LARGEST_FILE_BYTES) await rename(file, `${file}.1`);
      await appendFile(file, line, { mode: 0o600 });
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#logger.error(`deadLetterFile cannot be written: ${errorText(error)}`);
      this.#isFailing = true;
    } finally {
      this.#waitingLength -= line.length;
    }
  }
}
