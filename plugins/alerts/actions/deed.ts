import type { Alert } from '../../../core/index.js';

/** Why an action is taken now. */
export interface Occasion {
  readonly on: 'firing' | 'resolved';
  readonly alert: Alert;
}

/** What an action does. */
export interface Deed {
  /** What it would do, in words. */
  plan(occasion: Occasion): string;
  /** Does it. Resolves with what was done, in words; rejects when that failed, with an error that tells no secret. */
  perform(occasion: Occasion, signal: AbortSignal): Promise<string>;
  /** Why there is nothing to do; `null` when there is. */
  needless?(occasion: Occasion): string | null;
  close?(): void;
}
