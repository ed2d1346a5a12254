interface Waiting {
  readonly who: object;
  readonly bytes: number;
  readonly enter: () => void;
}

/** What is reckoned for the first result of a subscription, as a share of all that may wait. */
const UNKNOWN = 1 / 4;

/**
 * Lets results for one connection be made only as far as there is room for them, reckoning each as long as the longest before it: a client that
 * does not read holds a bounded number of bytes that nobody shares, or one result that is longer, however much it has asked for.
 */
export class Doorway {
  readonly #mostBytes: number;
  readonly #waitingBytes: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #inside = new Map<object, number>();
  readonly #lengths = new WeakMap<object, number>();
  /** Of results that are being made, or were in this turn of the event loop. */
  #reckonedBytes = 0;

  /** `waitingBytes`: what was sent and the connection has not taken. */
  constructor(mostBytes: number, waitingBytes: () => number) {
    this.#mostBytes = mostBytes;
    this.#waitingBytes = waitingBytes;
  }

  /** To be waited for before one of the results of a subscription is made; `undefined` when there is room. */
  enter(who: object): Promise<void> | undefined {
    return this.#enter(who, this.#lengths.get(who) ?? this.#mostBytes * UNKNOWN);
  }

  /** To be waited for before a result of any length is made, alone. */
  enterAlone(who: object): Promise<void> | undefined {
    return this.#enter(who, this.#mostBytes);
  }

  /** To be called when the result was given on; it will have been sent in the next turn of the event loop. A second call does nothing. */
  leave(who: object): void {
    const bytes = this.#inside.get(who);
    if (bytes === undefined) return;
    this.#inside.delete(who);
    setImmediate(() => {
      this.#reckonedBytes -= bytes;
      this.admit();
    });
  }

  /** How long a result was. */
  learn(who: object, bytes: number): void {
    if (bytes > (this.#lengths.get(who) ?? 0)) this.#lengths.set(who, bytes);
  }

  /** Lets go whoever does not want to wait any more. */
  forget(who: object): void {
    const index = this.#waiting.findIndex((waiting) => waiting.who === who);
    if (index !== -1) for (const { enter } of this.#waiting.splice(index, 1)) enter();
  }

  /** To be called when the connection has taken something, or has closed. */
  admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#admit(next.who, next.bytes);
      next.enter();
    }
  }

  #enter(who: object, bytes: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) {
      this.#admit(who, bytes);
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push({ who, bytes, enter: resolve }));
  }

  #admit(who: object, bytes: number): void {
    this.#inside.set(who, bytes);
    this.#reckonedBytes += bytes;
  }

  #hasRoom(bytes: number): boolean {
    const taken = this.#reckonedBytes + this.#waitingBytes();
    return taken === 0 || taken + bytes <= this.#mostBytes;
  }
}
