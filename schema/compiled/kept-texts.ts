/** What all kept texts may take together, bytes by estimate. */
const MOST_BYTES = 32 * 1_024 * 1_024;
/** What each text takes besides its characters, and each object besides its texts; by estimate. */
const TEXT_OVERHEAD = 8;
const OBJECT_OVERHEAD = 160;
/** Texts of so many bytes lie together. */
const BLOCK = 16_384;

/** Texts around the values that may change, of one object in one place of one operation. */
export interface KeptText {
  readonly bytes: Buffer;
  /** Where each of the texts ends and the next begins, from the beginning of the first on. */
  readonly bounds: readonly number[];
}

/** The texts of objects of one place in one operation. */
type TextsOf = WeakMap<object, KeptText>;

/** Bounds what is kept of objects that never change. The texts themselves go with their objects, a block of them with the last of its own. */
export class KeptTexts {
  #places = new WeakMap<object, TextsOf>();
  #block: Buffer = Buffer.alloc(0);
  #at = 0;
  #bytes = 0;
  #used = false;

  /** The texts kept for a place, to be looked into at once. */
  of(place: object): TextsOf {
    this.#used = true;
    const known = this.#places.get(place);
    if (known !== undefined) return known;
    const made: TextsOf = new WeakMap();
    this.#places.set(place, made);
    return made;
  }

  /** Keeps what lies in these pieces, one after the other; beyond the bound it forgets all others first. `ends` are those of each text. */
  keep(place: object, source: object, pieces: readonly Buffer[], ends: readonly number[]): KeptText {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    this.#bytes += length + ends.length * TEXT_OVERHEAD + OBJECT_OVERHEAD;
    if (this.#bytes > MOST_BYTES) this.#forget();
    if (this.#at + length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK, length));
      this.#at = 0;
    }
    const begin = this.#at;
    for (const piece of pieces) this.#at += piece.copy(this.#block, this.#at);
    const kept = { bytes: this.#block, bounds: [begin, ...ends.map((end) => begin + end)] };
    this.of(place).set(source, kept);
    return kept;
  }

  /** Forgets everything if nothing was used since the last call. */
  forgetUnused(): void {
    if (!this.#used) this.#forget();
    this.#used = false;
  }

  #forget(): void {
    this.#bytes = 0;
    this.#places = new WeakMap();
    this.#block = Buffer.alloc(0);
    this.#at = 0;
  }
}
