import type { Subject } from './subject.js';

/**
 * Subjects in order of their turn: the head has waited longest. A linked list through the subjects themselves, so that a turn,
 * a close and a change of list cost a few pointers and no memory, and nobody is passed over when another one leaves.
 */
export class Rotation {
  #head: Subject | null = null;
  #tail: Subject | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get head(): Subject | null {
    return this.#head;
  }

  /** Puts the subject at the end, taking it out of the rotation it stood in. */
  push(subject: Subject): void {
    subject.rotation?.remove(subject);
    subject.rotation = this;
    subject.before = this.#tail;
    if (this.#tail === null) this.#head = subject;
    else this.#tail.after = subject;
    this.#tail = subject;
    this.#size++;
  }

  remove(subject: Subject): void {
    if (subject.rotation !== this) return;
    if (subject.before === null) this.#head = subject.after;
    else subject.before.after = subject.after;
    if (subject.after === null) this.#tail = subject.before;
    else subject.after.before = subject.before;
    subject.rotation = null;
    subject.before = null;
    subject.after = null;
    this.#size--;
  }
}
