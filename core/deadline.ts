import type { Clock, Timer } from './clock.js';

/** Work was abandoned because it did not settle in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  /** Gives the work up early. */
  readonly signal?: AbortSignal | undefined;
  /** How long work that was given up early may take to wind down, in ms. @default 0 */
  readonly graceMs?: number;
  /** Called when work that was abandoned settles after all; `failed` tells how. */
  readonly onLate?: (failed: boolean) => void;
}

/**
 * Runs `work` with a signal that aborts at the deadline, or with the caller's. Settles then at the latest, even when the work
 * never does: with `DeadlineError` at the deadline, with the signal's reason after an abort. A synchronous throw rejects, and a
 * late rejection is caught. Work is not begun when the signal has aborted already.
 */
export function withDeadline<T>(work: (signal: AbortSignal) => T | Promise<T>, deadline: Deadline): Promise<T> {
  const { clock, ms, signal: outer, graceMs = 0, onLate } = deadline;
  if (outer?.aborted === true) return Promise.reject(outer.reason as Error);

  const inner = new AbortController();
  return new Promise<T>((resolve, reject) => {
    let open = true;
    let timer: Timer | undefined;
    const close = (): boolean => {
      if (!open) return false;
      open = false;
      timer?.cancel();
      outer?.removeEventListener('abort', giveUp);
      return true;
    };
    const abandon = (reason: Error): void => {
      if (!close()) return;
      inner.abort(reason);
      reject(reason);
    };
    const giveUp = (): void => {
      const reason = outer?.reason as Error;
      inner.abort(reason);
      timer?.cancel();
      if (graceMs > 0) timer = clock.setTimeout(() => abandon(reason), graceMs);
      else abandon(reason);
    };
    outer?.addEventListener('abort', giveUp, { once: true });
    timer = clock.setTimeout(() => abandon(new DeadlineError(`not done within ${secondsText(ms)}`)), ms);

    new Promise<T>((settle) => settle(work(inner.signal))).then(
      (value) => (close() ? resolve(value) : onLate?.(false)),
      (error: Error) => (close() ? reject(error) : onLate?.(true)),
    );
  });
}

/** `10 s`, `0.25 s`. */
export function secondsText(ms: number): string {
  return `${ms / 1000} s`;
}
