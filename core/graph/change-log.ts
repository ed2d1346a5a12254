import type { EntityKey, EntityKind, EntityNode, EntityRef } from '../model/entity.js';

/** What a step of `seq` did to the entity: nothing, or one of these. */
export type Step = 'none' | 'opened' | 'changed' | 'closed';

/** The changes between two steps, coalesced; `closed` children first, `opened` parents first. */
export interface Changes {
  readonly opened: readonly EntityNode[];
  readonly changed: readonly EntityNode[];
  readonly closed: readonly { readonly kind: EntityKind; readonly key: EntityKey }[];
}

/** What a stretch of steps did to one entity. */
interface Touched {
  readonly ref: EntityRef;
  /** Open before the first of the steps. */
  readonly existed: boolean;
  /** Closed since, though it may have opened again. */
  readonly closed: boolean;
}

/** The last steps by `seq`, in a ring of fixed size. It holds names, not nodes. */
export class ChangeLog {
  readonly #steps: Step[];
  readonly #refs: (EntityRef | null)[];
  #seq = 0;

  /** Throws `RangeError` unless `capacity` is a whole number from 1. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number from 1, got ${capacity}`);
    }
    this.#steps = new Array<Step>(capacity).fill('none');
    this.#refs = new Array<EntityRef | null>(capacity).fill(null);
  }

  /** The step recorded last; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  /** Records the next step and returns its `seq`. */
  record(step: Step, ref: EntityRef | null): number {
    const seq = ++this.#seq;
    const at = seq % this.#steps.length;
    this.#steps[at] = step;
    this.#refs[at] = step === 'none' ? null : ref;
    return seq;
  }

  /** Whether every step after `seq` is still here. */
  reaches(seq: number): boolean {
    return Number.isInteger(seq) && seq >= 0 && seq <= this.#seq && this.#seq - seq <= this.#steps.length;
  }

  /** All that changed after `seq`, which the log must reach. `current` gives the newest node of what is open now. */
  since(seq: number, current: (key: EntityKey) => EntityNode | undefined): Changes {
    const touched = new Map<EntityKey, Touched>();
    for (let at = seq + 1; at <= this.#seq; at++) {
      const index = at % this.#steps.length;
      const ref = this.#refs[index];
      if (ref === null || ref === undefined) continue;
      const step = this.#steps[index];
      const earlier = touched.get(ref.key);
      if (earlier === undefined) {
        touched.set(ref.key, { ref, existed: step !== 'opened', closed: step === 'closed' });
      } else if (earlier.existed ? step === 'closed' && !earlier.closed : step === 'opened') {
        // Its place is that of its last opening, or of its first close, when it left the parent that the reader knows: so opened
        // parents come before children, and closed children before parents, even if they came back in between.
        touched.delete(ref.key);
        touched.set(ref.key, { ref, existed: earlier.existed, closed: earlier.existed });
      }
    }
    const opened: EntityNode[] = [];
    const changed: EntityNode[] = [];
    const closed: { kind: EntityKind; key: EntityKey }[] = [];
    for (const [key, { existed, ref }] of touched) {
      const node = current(key);
      if (node !== undefined) (existed ? changed : opened).push(node);
      else if (existed) closed.push({ kind: ref.kind, key });
    }
    return { opened, changed, closed };
  }
}
