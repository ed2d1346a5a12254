import type { ConsumerNode, GraphSnapshot, ProducerNode } from '../../core/index.js';

/**
 * Who receives a producer in the end: its consumers and those of its copies behind pipes. The pipes themselves are left
 * out.
 */
export function viewersOf(snapshot: GraphSnapshot, producer: ProducerNode): readonly ConsumerNode[] {
  const viewers: ConsumerNode[] = [];
  const copies = new Set([producer.key]);
  for (const key of copies) {
    for (const consumer of snapshot.consumersOf(key)) {
      if (consumer.type !== 'pipe') viewers.push(consumer);
      // Added while it is walked, so that copies of copies are found too, and a circle of pipes ends.
      else if (consumer.pipeTarget !== null) copies.add(consumer.pipeTarget);
    }
  }
  return viewers;
}

/** Whether anybody receives it. Behind a pipe that leaves this process somebody may, so that counts. */
export function isConsumed(snapshot: GraphSnapshot, producer: ProducerNode): boolean {
  const copies = new Set([producer.key]);
  for (const key of copies) {
    for (const consumer of snapshot.consumersOf(key)) {
      if (consumer.type !== 'pipe' || consumer.pipeTarget === null) return true;
      copies.add(consumer.pipeTarget);
    }
  }
  return false;
}

/** The producer that a piped copy comes from, through all pipes as far as they are seen; itself when it is no copy. */
export function originOf(snapshot: GraphSnapshot, producer: ProducerNode): ProducerNode {
  const seen = new Set([producer.key]);
  let origin = producer;
  for (;;) {
    const feeder = snapshot.find('consumer', origin.pipeOrigin);
    const before = snapshot.find('producer', feeder?.producer ?? null);
    if (before === undefined || seen.has(before.key)) return origin;
    seen.add(before.key);
    origin = before;
  }
}
