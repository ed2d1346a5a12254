/** Bytes of one block. */
export const BLOCK = 65_536;
/** Blocks that wait for the next answer, at most: 5 MiB. */
const MOST_SPARE = 80;

/**
 * Memory in which answers are written. Allocated anew for each, the megabytes of large ones would set off a collection of the whole heap
 * every few answers.
 */
export class Blocks {
  readonly #spare: Buffer[] = [];
  #used = false;

  /** Blocks that wait for the next answer. */
  get spare(): number {
    return this.#spare.length;
  }

  /** A block with anything in it. One that is never given back is garbage in the end. */
  take(): Buffer {
    this.#used = true;
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
  }

  /** Takes a block back, which nobody may look into any more. */
  give(block: Buffer): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push(block);
  }

  /** Gives up what waits if nothing was taken since the last call. */
  forgetUnused(): void {
    if (!this.#used) this.#spare.length = 0;
    this.#used = false;
  }
}
