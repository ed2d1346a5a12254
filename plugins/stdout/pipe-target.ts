import type { Writable } from 'node:stream';
import { errorText, SinkError } from '../../core/index.js';
import type { LineTarget } from './line-target.js';
import { OneWrite } from './one-write.js';

/**
 * Writes to a pipe or socket through Node's own stream, which on POSIX does not block: at most one write is with the stream, whose
 * callback tells when the reader has made room for it.
 */
export class PipeTarget implements LineTarget {
  readonly #stream: Writable;
  readonly #writes = new OneWrite();

  constructor(stream: Writable) {
    this.#stream = stream;
    // Without a listener, a reader that went away would end the process: EPIPE is emitted besides being told to the callback.
    stream.on('error', ignore);
  }

  write(id: string, bytes: Uint8Array): Promise<void> {
    return this.#writes.run(id, () => this.#hand(bytes));
  }

  /** Does not wait for a reader that may never come; but what runs still may fail later. */
  close(): Promise<void> {
    void Promise.resolve(this.#writes.settled).then(() => this.#letGo());
    return Promise.resolve();
  }

  #hand(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(new SinkError(`nobody reads: ${errorText(error)}`, { recoverable: false, cause: error }));
      });
    });
  }

  /** The event of an error comes after its callback. */
  #letGo(): void {
    setImmediate(() => this.#stream.off('error', ignore));
  }
}

function ignore(): void {}
