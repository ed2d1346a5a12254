import type { Clock } from '../clock.js';
import type { Reading, ReadingReceiver, Source } from '../source.js';
import type { Subject } from './subject.js';

/** How a request can end without bringing a sample. */
export type Failure = 'timeout' | 'closed' | 'error';

export interface WindowHost {
  answered(subject: Subject, reading: Reading, tookMs: number): void;
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
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #deadlineMs: number;
  readonly #host: WindowHost;
  /** In order of asking. */
  readonly #outstanding = new Set<Request>();
  readonly #spare: Request[] = [];
  #live = 0;

  constructor(source: Source, clock: Clock, limits: { capacity: number; deadlineMs: number }, host: WindowHost) {
    this.#source = source;
    this.#clock = clock;
    this.#capacity = limits.capacity;
    this.#deadlineMs = limits.deadlineMs;
    this.#host = host;
  }

  /** Unanswered requests, late ones too. */
  get size(): number {
    return this.#outstanding.size;
  }

  get full(): boolean {
    return this.#outstanding.size >= this.#capacity;
  }

  /** Unanswered requests within their deadline. */
  get live(): number {
    return this.#live;
  }

  /** Monotonic ms when the oldest live request becomes late; `null` without one. */
  get nextDeadline(): number | null {
    for (const request of this.#outstanding) if (!request.expired) return request.askedAt + this.#deadlineMs;
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
    this.#outstanding.add(request);
    this.#live++;
    this.#put(subject, request);
  }

  /** Ends the requests asked before `now` minus the deadline. */
  expire(now: number): void {
    for (const request of this.#outstanding) {
      if (request.expired) continue;
      if (request.askedAt + this.#deadlineMs > now) return;
      this.#expire(request);
    }
  }

  /** Ends all requests, as if their deadline had come. */
  expireAll(): void {
    for (const request of this.#outstanding) if (!request.expired) this.#expire(request);
  }

  /**
   * Frees the places of late requests asked before that time, because a worker answers in order: what was asked earlier than
   * something it has answered will not be answered any more.
   */
  releaseLate(askedBefore: number): void {
    for (const request of this.#outstanding) {
      if (request.askedAt >= askedBefore) return;
      if (request.expired) this.#release(request);
    }
  }

  /** Ends everything without a word. */
  close(): void {
    for (const request of this.#outstanding) this.#release(request);
    this.#live = 0;
    this.#spare.length = 0;
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
    this.#outstanding.delete(request);
    request.subject!.inFlight = false;
    request.subject = null;
  }

  /** `undefined` stands for a rejection. */
  #settle(request: Request, reading: Reading | null | undefined): void {
    if (request.released) return;
    const { expired, inTick, askedAt } = request;
    const subject = request.subject!;
    this.#outstanding.delete(request);
    subject.inFlight = false;
    request.subject = null;
    this.#spare.push(request);
    if (expired) return;
    this.#live--;
    if (reading === null || subject.closed) this.#host.failed(subject, 'closed');
    else if (reading === undefined) this.#host.failed(subject, 'error');
    else this.#host.answered(subject, reading, this.#clock.monotonic() - askedAt);
    this.#host.ended(inTick);
  }
}
