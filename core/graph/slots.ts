/** Dense numbers from 0: a number given back is taken again before a new one, so the highest never passes the peak in use. */
export class Slots {
  readonly #free: number[] = [];
  #next = 0;

  get inUse(): number {
    return this.#next - this.#free.length;
  }

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  /** `slot` must have been taken and not given back since. */
  give(slot: number): void {
    this.#free.push(slot);
    if (this.inUse > 0) return;
    this.#free.length = 0;
    this.#next = 0;
  }
}
