/** What stands in a rotation, in one at most, which its owner knows; only the rotation writes these. */
export interface InRotation<T extends InRotation<T>> {
  before: T | null;
  after: T | null;
}

/**
 * Members in order of their turn: the head has waited longest. A linked list through the members themselves, so that a turn,
 * a close and a change of list cost a few pointers and no memory, and nobody is passed over when another one leaves.
 */
export class Rotation<T extends InRotation<T>> {
  #head: T | null = null;
  #tail: T | null = null;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get head(): T | null {
    return this.#head;
  }

  /** Members must not come or go meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    for (let member = this.#head; member !== null; member = member.after) yield member;
  }

  /** Puts the member at the end. It must stand in no rotation. */
  push(member: T): void {
    member.before = this.#tail;
    if (this.#tail === null) this.#head = member;
    else this.#tail.after = member;
    this.#tail = member;
    this.#size++;
  }

  /** It must stand in this one. */
  remove(member: T): void {
    if (member.before === null) this.#head = member.after;
    else member.before.after = member.after;
    if (member.after === null) this.#tail = member.before;
    else member.after.before = member.before;
    member.before = null;
    member.after = null;
    this.#size--;
  }
}
