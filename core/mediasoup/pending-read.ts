import type { Reading, ReadingReceiver } from '../source.js';
import type { FastDecode } from './fast-decode/fast-decode.js';
import type { Followed } from './followed.js';
import type { ReadingSpace } from './reading-space.js';
import type { RtpStatShape } from './shapes.js';

/** Errors which mean that the entity, or the worker, has just gone; the name of the first was the last one's before 3.21. */
const GONE = new Set(['InvalidStateError', 'NotFoundError', 'WorkerClosedError']);

export function isGone(error: unknown): boolean {
  return error instanceof Error && GONE.has(error.name);
}

/**
 * One question for statistics that was not answered yet. Used again once it is, with its callbacks, so that a question makes
 * no garbage but mediasoup's.
 */
export class PendingRead {
  readonly #fast: FastDecode | null;
  /** Shared by all: a reading is over before the next begins. */
  readonly #space: ReadingSpace;
  readonly #ended: (read: PendingRead) => void;
  #followed: Followed | null = null;
  #receiver: ReadingReceiver | null = null;

  readonly #onStats = (stats: readonly RtpStatShape[]): void => this.#normalize(stats);
  readonly #onReading = (reading: Reading | null): void => this.#answer(reading);
  readonly #onError = (error: unknown): void => {
    if (this.#followed!.entity.closed || isGone(error)) this.#answer(null);
    else this.#take().rejected();
  };
  readonly #onRaw = (answer: unknown): void => this.#decode(answer);

  /** `ended` is told when it can be used again. */
  constructor(fast: FastDecode | null, space: ReadingSpace, ended: (read: PendingRead) => void) {
    this.#fast = fast;
    this.#space = space;
    this.#ended = ended;
  }

  begin(followed: Followed, receiver: ReadingReceiver): void {
    this.#followed = followed;
    this.#receiver = receiver;
    const { answerable } = followed;
    if (this.#fast === null || answerable === null || !this.#fast.isOn) {
      if (followed.twoStep === null) followed.read().then(this.#onReading, this.#onError);
      else followed.twoStep.stats().then(this.#onStats, this.#onError);
      return;
    }
    const answer = this.#fast.request(answerable);
    if (answer === null) this.#fast.check(answerable).then(this.#onReading, this.#onError);
    else answer.then(this.#onRaw, this.#onError);
  }

  #normalize(stats: readonly RtpStatShape[]): void {
    let reading: Reading;
    try {
      reading = this.#followed!.twoStep!.readingOf(stats, this.#space);
    } catch (error) {
      this.#onError(error);
      return;
    }
    this.#answer(reading);
  }

  #decode(answer: unknown): void {
    const { answerable, entity } = this.#followed!;
    if (entity.closed) {
      this.#answer(null);
      return;
    }
    let reading: Reading;
    try {
      reading = this.#fast!.decode(answerable!, answer);
    } catch (error) {
      this.#fast!.failed(error);
      // No sample is lost by it.
      this.#followed!.read().then(this.#onReading, this.#onError);
      return;
    }
    this.#answer(reading);
  }

  #answer(reading: Reading | null): void {
    const { closed } = this.#followed!.entity;
    this.#take().answered(closed ? null : reading);
  }

  #take(): ReadingReceiver {
    const receiver = this.#receiver!;
    this.#followed = null;
    this.#receiver = null;
    this.#ended(this);
    return receiver;
  }
}
