import { Descriptor } from './descriptor.js';
import type { LineTarget } from './line-target.js';
import { OneWrite } from './one-write.js';

/** Writes to what a file descriptor names. */
export class DescriptorTarget implements LineTarget {
  readonly #open: () => Promise<number>;
  readonly #release: () => Promise<void>;
  readonly #descriptor = new Descriptor();
  readonly #writes = new OneWrite();

  /** `open` gives the descriptor at every write. */
  constructor(open: () => Promise<number>, release: () => Promise<void> = () => Promise.resolve()) {
    this.#open = open;
    this.#release = release;
  }

  write(id: string, bytes: Uint8Array): Promise<void> {
    return this.#writes.run(id, async () => this.#descriptor.write(await this.#open(), id, bytes));
  }

  async close(): Promise<void> {
    await this.#writes.settled;
    await this.#release();
  }
}
