interface Waiting {
  readonly who: object;
  readonly given: () => void;
}

/**
 * The right to speak, held by one at a time in the order of asking: whoever is in the middle of a message keeps it, so that of all the
 * subscriptions of a connection only one holds parts that are yet to be sent.
 */
export class Floor {
  readonly #waiting: Waiting[] = [];
  #holder: object | undefined;

  /** To be waited for before one speaks; `undefined` for whoever has it already, or has it at once. */
  take(who: object): Promise<void> | undefined {
    this.#holder ??= who;
    if (this.#holder === who) return undefined;
    return new Promise((resolve) => this.#waiting.push({ who, given: resolve }));
  }

  /** Gives it on. Whoever only waits for it waits no more, without having it. */
  leave(who: object): void {
    if (this.#holder === who) {
      const next = this.#waiting.shift();
      this.#holder = next?.who;
      next?.given();
      return;
    }
    const index = this.#waiting.findIndex((waiting) => waiting.who === who);
    if (index !== -1) for (const { given } of this.#waiting.splice(index, 1)) given();
  }
}
