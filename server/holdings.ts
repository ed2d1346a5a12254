/** Something that is kept for a client until it has taken it. */
export interface Held {
  /** About how many bytes would be free without it, by estimate. */
  readonly heldBytes: number;
  /** Lets go of it, and of whatever would follow. A second call does nothing. */
  release(): void;
  /** Holds less from now on, at some cost. Left out by what cannot, or does so by itself. */
  shrink?(): void;
}

/** All that is kept for one client. */
export class Holdings {
  readonly #held = new Set<Held>();

  get bytes(): number {
    let bytes = 0;
    for (const { heldBytes } of this.#held) bytes += heldBytes;
    return bytes;
  }

  add(held: Held): void {
    this.#held.add(held);
  }

  /** It is kept no more. */
  delete(held: Held): void {
    this.#held.delete(held);
  }

  /** To be called when its client is slow. */
  shrink(): void {
    for (const held of this.#held) held.shrink?.();
  }

  /** Lets go of all. */
  release(): void {
    for (const held of this.#held) held.release();
    this.#held.clear();
  }
}
