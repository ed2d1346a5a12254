/**
 * Gives each text a number, and keeps each text once, for good. For texts of which there are few, and which everything brings
 * a copy of its own of: a number takes 4 bytes at most, such a copy 40.
 */
export class Interned {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** Numbers are dense, from 0. */
  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** `null` for a number that was not given. */
  textOf(number: number): string | null {
    return this.#texts[number] ?? null;
  }
}
