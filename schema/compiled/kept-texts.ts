/** What all kept texts may take together, bytes by estimate. */
const MOST_BYTES = 32 * 1_024 * 1_024;
/** What each text takes besides its characters, and each object besides its texts; by estimate. */
const TEXT_OVERHEAD = 40;
const OBJECT_OVERHEAD = 100;

/** Texts around the values that may change, of objects of one place in one operation. */
export type TextsOf = WeakMap<object, readonly string[]>;

/** Bounds what is kept of objects that never change. The texts themselves go with their objects. */
export class KeptTexts {
  #bytes = 0;
  #generation = 0;
  #used = false;

  /** Texts of another generation are not to be used any more. */
  get generation(): number {
    this.#used = true;
    return this.#generation;
  }

  /** Keeps texts; beyond the bound it forgets all others first. Gives where they may be kept now. */
  keep(texts: readonly string[]): void {
    this.#bytes += texts.reduce((sum, { length }) => sum + length + TEXT_OVERHEAD, OBJECT_OVERHEAD);
    if (this.#bytes > MOST_BYTES) this.#forget();
  }

  /** Forgets everything if nothing was used since the last call. */
  forgetUnused(): void {
    if (!this.#used) this.#forget();
    this.#used = false;
  }

  #forget(): void {
    this.#bytes = 0;
    this.#generation++;
  }
}
