import type { GraphReader } from '../graph/graph-reader.js';
import { SlottedRef } from '../graph/slotted-ref.js';
import type { EntityKey, EntityKind, EntityNode, EntityRef } from '../model/entity.js';
import type { SampledKind } from '../model/samples.js';
import { byKind } from './by-kind.js';
import type { Subject } from './subject.js';

/** All subjects, by kind and slot. */
export class Subjects {
  readonly #bySlot = byKind<(Subject | undefined)[]>(() => []);
  readonly #graph: Pick<GraphReader, 'get'>;

  constructor(graph: Pick<GraphReader, 'get'>) {
    this.#graph = graph;
  }

  /** Of an open entity. */
  get(key: EntityKey): Subject | undefined {
    const node = this.#graph.get(key);
    return node === undefined ? undefined : this.of(node);
  }

  of({ kind, slot, key }: Pick<EntityNode, 'kind' | 'slot' | 'key'>): Subject | undefined {
    return this.#at(kind, slot, key);
  }

  /** Of an entity that an event of the graph names, also when it tells that it has closed. */
  named(ref: EntityRef): Subject | undefined {
    const slot = SlottedRef.slotOf(ref);
    return slot === null ? this.get(ref.key) : this.#at(ref.kind, slot, ref.key);
  }

  add(subject: Subject): void {
    const subjects = this.#bySlot[subject.kind];
    // Slots are dense, so this fills the gaps of those that were never seen.
    while (subjects.length <= subject.slot) subjects.push(undefined);
    subjects[subject.slot] = subject;
  }

  delete(subject: Subject): void {
    this.#bySlot[subject.kind][subject.slot] = undefined;
  }

  #at(kind: EntityKind, slot: number, key: EntityKey): Subject | undefined {
    const subject = this.#bySlot[kind as SampledKind]?.[slot];
    // The slot may be another entity's by now.
    return subject?.key === key ? subject : undefined;
  }
}
