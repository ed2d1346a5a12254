import type { ServerResponse } from 'node:http';
import type { Held, Holdings } from './holdings.js';
import { SLICE } from './sliced-body.js';

/**
 * Writes bytes that are ready to a response whose head is written, as fast as its client takes them and without holding up the event loop: up
 * to half a megabyte at once, which costs one call of the operating system where piping takes one for each part.
 */
export class SentParts implements Held {
  readonly #response: ServerResponse;
  readonly #parts: readonly Buffer[];
  #next = 0;

  /** `holdings`: of whoever reads it. */
  constructor(response: ServerResponse, parts: readonly Buffer[], holdings?: Holdings) {
    this.#response = response;
    this.#parts = parts;
    holdings?.add(this);
    response.once('close', () => holdings?.delete(this));
  }

  /** All of it until its end: the memory is used again as a whole. */
  get heldBytes(): number {
    return this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  release(): void {
    this.#response.destroy();
  }

  /** To be called once. */
  begin(): void {
    this.#write();
  }

  #write(): void {
    const response = this.#response;
    if (response.destroyed) return;
    response.cork();
    let bytes = 0;
    let hasRoom = true;
    for (let part = this.#parts[this.#next]; part !== undefined && bytes < SLICE; part = this.#parts[this.#next]) {
      this.#next++;
      bytes += part.length;
      hasRoom = response.write(part);
    }
    const isLast = this.#next === this.#parts.length;
    if (isLast) response.end();
    response.uncork();
    if (isLast) return;
    if (hasRoom) setImmediate(() => this.#write());
    else response.once('drain', () => setImmediate(() => this.#write()));
  }
}
