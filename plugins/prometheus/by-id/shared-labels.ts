/** Labels that many entities share, as bytes, by the values they are made of: found without a key that would be put together for each. */
export class SharedLabels {
  readonly #further = new Map<string | null, SharedLabels>();
  /** What stands in the lines of those with the values that led here, once somebody has made it. */
  bytes: Uint8Array | undefined;

  /** Those with one more value. */
  with(value: string | null): SharedLabels {
    let further = this.#further.get(value);
    if (further === undefined) {
      further = new SharedLabels();
      this.#further.set(value, further);
    }
    return further;
  }

  clear(): void {
    this.#further.clear();
    this.bytes = undefined;
  }
}
