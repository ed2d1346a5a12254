/** Takes a value at once. Must not throw. */
export type Take<T> = (value: T) => void;

/** A stream whose values can be handed to a function as they come, without a promise for each. */
export interface HandingOver<T> {
  /** Whether this one can. */
  readonly handsOver: boolean;
  /** From now on `next` tells the end only. To be called once, before `next`, and only where it can. */
  handOver(take: Take<T>): void;
}

/** What one turn of the event loop may take, ms, and takers between two looks at the clock. */
const MOST_TURN_MS = 2;
const TAKERS_PER_LOOK = 16;

interface Taker<T> {
  readonly take: Take<T>;
  /** Number of the value it was given last. */
  given: number;
}

/**
 * Hands the newest value to many, in as many turns of the event loop as it needs. A value that is followed by another before all have
 * it is not handed to the rest.
 */
export class Handout<T> {
  readonly #takers = new Map<Take<T>, Taker<T>>();
  #value: T | undefined;
  #number = 0;
  #handing = false;

  get size(): number {
    return this.#takers.size;
  }

  publish(value: T): void {
    this.#value = value;
    this.#number++;
    if (this.#handing || this.#takers.size === 0) return;
    this.#handing = true;
    this.#hand(this.#takers.values(), this.#number);
  }

  /** Hands it over from now on; first the newest value, if there is one. */
  add(take: Take<T>): void {
    this.#takers.set(take, { take, given: this.#number });
    if (this.#value !== undefined) take(this.#value);
  }

  delete(take: Take<T>): void {
    this.#takers.delete(take);
  }

  /** `began`: the value that was the newest when these takers began to be walked. */
  #hand(takers: Iterator<Taker<T>>, began: number): void {
    const until = performance.now() + MOST_TURN_MS;
    let taken = 0;
    for (let next = takers.next(); next.done !== true; next = takers.next()) {
      const taker = next.value;
      if (taker.given === this.#number) continue;
      taker.given = this.#number;
      taker.take(this.#value as T);
      if (++taken % TAKERS_PER_LOOK === 0 && performance.now() > until) {
        setImmediate(() => this.#hand(takers, began));
        return;
      }
    }
    // Those at the beginning have not had what came since.
    if (began !== this.#number) setImmediate(() => this.#hand(this.#takers.values(), this.#number));
    else this.#handing = false;
  }
}
