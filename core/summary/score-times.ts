/** Scores 0 to 10. */
export const SCORES = 11;
/** Rows to make times for at a time. */
const MORE_TIMES = 63;
const UNKNOWN = -1;

/**
 * How long each row had each score, in whole ms. Most have one for life, so a row takes 7 bytes, and 44 more from its second
 * score on.
 */
export class ScoreTimes {
  /** The first score of each row, and how long it had it while it had no other. */
  readonly #sole: Int8Array;
  readonly #soleMs: Uint32Array;
  /** Number of the times of each row, counted from 1; 0 without. */
  readonly #places: Uint16Array;
  /** `SCORES` for each number. */
  #times = new Uint32Array(0);
  /** Numbers given back. */
  readonly #free: number[] = [];
  #used = 0;

  constructor(rows: number) {
    this.#sole = new Int8Array(rows).fill(UNKNOWN);
    this.#soleMs = new Uint32Array(rows);
    this.#places = new Uint16Array(rows);
  }

  add(row: number, score: number, ms: number): void {
    if (ms === 0) return;
    if (this.#places[row] === 0) {
      const sole = this.#sole[row]!;
      if (sole === UNKNOWN || sole === score) {
        this.#sole[row] = score;
        this.#soleMs[row]! += ms;
        return;
      }
      this.#places[row] = this.#take();
      this.#times[this.#from(row) + sole] = this.#soleMs[row]!;
    }
    this.#times[this.#from(row) + score]! += ms;
  }

  at(row: number, score: number): number {
    if (this.#places[row] !== 0) return this.#times[this.#from(row) + score]!;
    return this.#sole[row] === score ? this.#soleMs[row]! : 0;
  }

  clear(row: number): void {
    const place = this.#places[row]!;
    if (place > 0) this.#free.push(place);
    this.#places[row] = 0;
    this.#sole[row] = UNKNOWN;
    this.#soleMs[row] = 0;
  }

  #from(row: number): number {
    return (this.#places[row]! - 1) * SCORES;
  }

  /** Times for one more row, all 0. */
  #take(): number {
    const place = this.#free.pop() ?? ++this.#used;
    if (place * SCORES > this.#times.length) {
      const times = this.#times;
      this.#times = new Uint32Array(Math.min(this.#places.length, place + MORE_TIMES) * SCORES);
      this.#times.set(times);
    }
    this.#times.fill(0, (place - 1) * SCORES, place * SCORES);
    return place;
  }
}
