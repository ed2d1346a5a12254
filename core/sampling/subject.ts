import type { EntityKey, NodeOf } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import { StreamCounters } from './counters.js';
import type { InRotation, Rotation } from './rotation.js';
import type { Seat } from './seat.js';

/** One open entity as the sampler keeps it: its newest node, when it was asked, and what it counted. */
export class Subject implements InRotation<Subject> {
  readonly kind: SampledKind;
  readonly key: EntityKey;
  readonly slot: number;
  readonly worker: EntityKey;
  /** Monotonic ms. */
  readonly openedAt: number;
  node: NodeOf<SampledKind>;
  closed = false;
  /** A request is unanswered; there is never a second one. */
  inFlight = false;
  /** Monotonic ms of the last request. */
  askedAt = Number.NEGATIVE_INFINITY;
  /** Whether the values in the table may be shown; off until the first sample and while the worker hangs. */
  known = false;
  /** Of the newest sample: wall and monotonic ms, and the source's own time. */
  sampledWall = Number.NaN;
  sampledAt = Number.NaN;
  timestamp = Number.NaN;
  /** Smallest interval somebody leased it for, in ms; 0 for nobody. */
  everyMs = 0;
  /** Monotonic ms when it is due by that lease. */
  dueAt = 0;
  /** Number of the plan that has last visited it. */
  visitedIn = -1;
  /** Its newest sample waits to be handed over in a batch. */
  listed = false;
  readonly counters: StreamCounters | null;
  /** Where its traffic is counted; `null` for kinds that have no share in the totals. */
  seat: Seat | null = null;
  /** Links of the rotation it stands in. */
  rotation: Rotation<Subject> | null = null;
  before: Subject | null = null;
  after: Subject | null = null;

  constructor(kind: SampledKind, node: NodeOf<SampledKind>, openedAt: number) {
    this.kind = kind;
    this.key = node.key;
    this.slot = node.slot;
    this.worker = node.worker;
    this.node = node;
    this.openedAt = openedAt;
    this.counters = kind === 'producer' || kind === 'consumer' ? new StreamCounters() : null;
  }

  /** Hides the newest values: they are unknown now, not old. What was counted stays. */
  forget(): void {
    this.known = false;
    this.sampledWall = Number.NaN;
  }
}
