/** Capacities are multiples of this, so that a block finds room again when it has grown a little. */
const STEP = 8_192;
/** How much more than asked for a buffer may have, in steps. */
const MOST_SPARE_STEPS = 4;
/** After so many further pages it is no longer waited for the end of one. */
const MOST_PAGES = 16;

interface Retired {
  /** Pages before this one may show the buffers, later ones do not. */
  readonly page: number;
  readonly buffers: Buffer[];
}

/**
 * Memory of large pages, used again once nobody reads a page that shows it. New memory for every page would be the largest part of what a
 * page costs: the system clears it, and the garbage collector goes through the whole heap for it.
 */
export class PageMemory {
  /** What only the page shows that was begun last. */
  readonly #once: Buffer[] = [];
  /** By capacity in steps. */
  readonly #free: Buffer[][] = [];
  readonly #retired: Retired[] = [];
  /** Pages that somebody may read, in order. */
  readonly #inUse: number[] = [];
  #page = 0;
  /** Whether this page and those before it are still read is not known. */
  #lost = 0;
  #freeBytes = 0;
  #takenBytes = 0;

  /** Begins a page. The function ends its use: nobody reads what it shows any more. A second call does nothing. */
  begin(): () => void {
    const page = ++this.#page;
    for (const buffer of this.#once.splice(0)) this.give(buffer, page - 1);
    this.#trim();
    while (page - (this.#inUse[0] ?? page) >= MOST_PAGES) this.#loseOldest();
    this.#inUse.push(page);
    return () => {
      const at = this.#inUse.indexOf(page);
      if (at >= 0) this.#inUse.splice(at, 1);
    };
  }

  /** Number of the page that was begun last. */
  get page(): number {
    return this.#page;
  }

  /** Whether somebody may read a page from `since` up to the one before the last begun. */
  isShown(since: number): boolean {
    if (since <= this.#lost) return true;
    const last = this.#inUse.at(-1);
    return ((last === this.#page ? this.#inUse.at(-2) : last) ?? -1) >= since;
  }

  /** A buffer of at least so many bytes, for what comes on the page that was begun last. */
  take(bytes: number): Buffer {
    this.#reclaim();
    const steps = Math.ceil(bytes / STEP);
    this.#takenBytes += steps * STEP;
    for (let i = steps; i <= steps + MOST_SPARE_STEPS; i++) {
      const buffer = this.#free[i]?.pop();
      if (buffer === undefined) continue;
      this.#freeBytes -= buffer.length;
      return buffer;
    }
    return Buffer.allocUnsafeSlow(steps * STEP);
  }

  /** The same for what comes on that page alone: it is given back with the next one. */
  takeOnce(bytes: number): Buffer {
    const buffer = this.take(bytes);
    this.#once.push(buffer);
    return buffer;
  }

  /** Gives back a buffer that pages from `since` up to the one before the last begun may show. */
  give(buffer: Buffer, since: number): void {
    if (since <= this.#lost) return;
    const last = this.#retired.at(-1);
    if (last?.page === this.#page) last.buffers.push(buffer);
    else this.#retired.push({ page: this.#page, buffers: [buffer] });
  }

  clear(): void {
    this.#free.length = 0;
    this.#retired.length = 0;
    this.#once.length = 0;
    this.#freeBytes = 0;
  }

  #reclaim(): void {
    const oldest = this.#inUse[0] ?? Infinity;
    for (;;) {
      const first = this.#retired[0];
      if (first === undefined || first.page > oldest) return;
      this.#retired.shift();
      for (const buffer of first.buffers) {
        const steps = buffer.length / STEP;
        const free = this.#free[steps] ?? [];
        this.#free[steps] = free;
        free.push(buffer);
        this.#freeBytes += buffer.length;
      }
    }
  }

  /** Keeps no more than the last page has taken: there may have been many more entities once. */
  #trim(): void {
    if (this.#freeBytes > this.#takenBytes + STEP) {
      this.#free.length = 0;
      this.#freeBytes = 0;
    }
    this.#takenBytes = 0;
  }

  /** Its reader may have gone without a word. What it shows is left to the garbage collector. */
  #loseOldest(): void {
    this.#lost = this.#inUse.shift() ?? 0;
    this.#retired.length = 0;
  }
}
