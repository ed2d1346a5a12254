import type { CloseReason, EntityKey, EntityKind } from '../model/entity.js';
import type { Reading } from '../source.js';
import type { Asked } from './fast-decode/fast-decode.js';
import type { Hook } from './hook.js';
import type { ReadingSpace } from './reading-space.js';
import type { EmitterShape, RtpStatShape } from './shapes.js';

/** What every entity of mediasoup has in common here. */
export interface FollowedEntity extends EmitterShape {
  readonly closed: boolean;
  readonly appData: unknown;
  readonly observer: EmitterShape;
  dump?(): Promise<unknown>;
  getStats?(): Promise<unknown>;
  getResourceUsage?(): Promise<unknown>;
}

/** Reading in two steps, of which the second makes nothing anew: for what is read by thousands. */
export interface TwoStepRead {
  /** Rejects as mediasoup does. */
  stats(): Promise<readonly RtpStatShape[]>;
  readingOf(stats: readonly RtpStatShape[], space: ReadingSpace): Reading;
}

/** An open entity, as those see it who look it up without knowing its kind. */
export interface Followed {
  readonly kind: EntityKind;
  readonly key: EntityKey;
  readonly entity: FollowedEntity;
  /** What it listens to now. */
  readonly hooks: readonly Hook[];
  /** Closes what is below it and then itself; without a reason, each for its own. A second call does nothing. */
  close(reason?: CloseReason): void;
  /** Catches up with what went by unseen: a state that mediasoup does not tell, or a close another listener's throw hid. */
  reconcile(): void;
  /** Itself, where its answers can be decoded by `FastDecode`. */
  readonly answerable: Asked | null;
  /** Itself, where it can be read in two steps. */
  readonly twoStep: TwoStepRead | null;
  /** Its statistics now; `null` for kinds that have none. Rejects as mediasoup does. */
  read(): Promise<Reading | null>;
}
