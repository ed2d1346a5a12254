import type { Reading, ReadingReceiver, Source } from '../source.js';
import type { Subject } from './subject.js';

/** How a request can end without bringing a sample. */
export type Failure = 'timeout' | 'closed' | 'error';

export interface WindowHost {
  /** `askedAt` in monotonic ms. */
  answered(subject: Subject, reading: Reading, askedAt: number): void;
  failed(subject: Subject, failure: Failure): void;
  /** Comes after either of them, once for every request; `inTick` as it was asked. */
  ended(inTick: boolean): void;
}

/**
 * One unanswered question to the source. Used again once it has settled, with its two callbacks, so that asking makes no
 * garbage of ours.
 */
class Request implements ReadingReceiver {
  readonly onAnswer = (reading: Reading | null): void => this.answered(reading);
  readonly onRejection = (): void => this.rejected();
  readonly #settle: (request: Request, reading: Reading | null | undefined) => void;
  subject: Subject | null = null;
  askedAt = 0;
  inTick = false;
  /** Past its deadline: the answer is ignored, but until it comes the request still weighs on the worker. */
  expired = false;
  /** Given up for good: its answer is lost, so it weighs no more. */
  released = false;
  /** Neighbours in the order of asking. */
  before: Request | null = null;
  after: Request | null = null;

  constructor(settle: (request: Request, reading: Reading | null | undefined) => void) {
    this.#settle = settle;
  }

  answered(reading: Reading | null): void {
    this.#settle(this, reading);
  }

  rejected(): void {
    this.#settle(this, undefined);
  }
}

/**
 * The unanswered requests to one worker. The source forgets none of them and knows no deadline, so one that is late keeps its
 * place here: a worker that answers nothing is never asked more than the window holds.
 */
export class RequestWindow {
  readonly #source: Source;
  readonly #capacity: number;
  readonly #deadlineMs: number;
  readonly #host: WindowHost;
  /** Unanswered requests are linked in the order of asking: a set would be built anew with every few dozen that come and go. */
  #oldest: Request | null = null;
  #newest: Request | null = null;
  #size = 0;
  readonly #spare: Request[] = [];
  #live = 0;

  constructor(source: Source, limits: { capacity: number; deadlineMs: number }, host: WindowHost) {
    this.#source = source;
    this.#capacity = limits.capacity;
    this.#deadlineMs = limits.deadlineMs;
    this.#host = host;
  }

  /** Unanswered requests, late ones too. */
  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size >= this.#capacity;
  }

  /** Unanswered requests within their deadline. */
  get live(): number {
    return this.#live;
  }

  /** Monotonic ms when the oldest live request becomes late; `null` without one. */
  get nextDeadline(): number | null {
    for (let request = this.#oldest; request !== null; request = request.after) {
      if (!request.expired) return request.askedAt + this.#deadlineMs;
    }
    return null;
  }

  /** The caller has checked that the window is not full and nothing of this subject is in flight. */
  ask(subject: Subject, now: number, inTick: boolean): void {
    const request = this.#spare.pop() ?? new Request((settled, reading) => this.#settle(settled, reading));
    request.subject = subject;
    request.askedAt = now;
    request.inTick = inTick;
    request.expired = false;
    subject.inFlight = true;
    subject.askedAt = now;
    this.#link(request);
    this.#live++;
    this.#put(subject, request);
  }

  /** Ends the requests asked before `now` minus the deadline. */
  expire(now: number): void {
    for (let request = this.#oldest; request !== null; request = request.after) {
      if (request.expired) continue;
      if (request.askedAt + this.#deadlineMs > now) return;
      this.#expire(request);
    }
  }

  /** Ends all requests, as if their deadline had come. */
  expireAll(): void {
    for (let request = this.#oldest; request !== null; request = request.after) {
      if (!request.expired) this.#expire(request);
    }
  }

  /**
   * Frees the places of late requests asked before that time, because a worker answers in order: what was asked earlier than
   * something it has answered will not be answered any more.
   */
  releaseLate(askedBefore: number): void {
    for (let request = this.#oldest; request !== null && request.askedAt < askedBefore; ) {
      const { after } = request;
      if (request.expired) this.#release(request);
      request = after;
    }
  }

  /** Ends everything without a word. */
  close(): void {
    while (this.#oldest !== null) this.#release(this.#oldest);
    this.#live = 0;
    this.#spare.length = 0;
  }

  #link(request: Request): void {
    request.before = this.#newest;
    if (this.#newest === null) this.#oldest = request;
    else this.#newest.after = request;
    this.#newest = request;
    this.#size++;
  }

  #unlink(request: Request): void {
    const { before, after } = request;
    if (before === null) this.#oldest = after;
    else before.after = after;
    if (after === null) this.#newest = before;
    else after.before = before;
    request.before = null;
    request.after = null;
    this.#size--;
  }

  #put(subject: Subject, request: Request): void {
    const source = this.#source;
    try {
      if (source.ask !== undefined) source.ask(subject, request);
      else source.read(subject.kind, subject.key).then(request.onAnswer, request.onRejection);
    } catch {
      queueMicrotask(request.onRejection);
    }
  }

  #expire(request: Request): void {
    request.expired = true;
    this.#live--;
    this.#host.failed(request.subject!, 'timeout');
    this.#host.ended(request.inTick);
  }

  #release(request: Request): void {
    request.released = true;
    this.#unlink(request);
    request.subject!.inFlight = false;
    request.subject = null;
  }

  /** `undefined` stands for a rejection. */
  #settle(request: Request, reading: Reading | null | undefined): void {
    if (request.released) return;
    const { expired, inTick, askedAt } = request;
    const subject = request.subject!;
    this.#unlink(request);
    subject.inFlight = false;
    request.subject = null;
    this.#spare.push(request);
    if (expired) return;
    this.#live--;
    if (reading === null || subject.closed) this.#host.failed(subject, 'closed');
    else if (reading === undefined) this.#host.failed(subject, 'error');
    else this.#host.answered(subject, reading, askedAt);
    this.#host.ended(inTick);
  }
}
