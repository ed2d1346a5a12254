import type { ConsumeMessage } from 'amqplib';

/** What one process handed over: numbers from 0. All below `expected` must arrive; those from there to below `pushed` may be lost. */
export interface Sent {
  readonly generation: number;
  readonly expected: number;
  readonly pushed: number;
}

export interface Verdict {
  readonly received: number;
  /** Expected, and never came. */
  readonly lost: number;
  /** Neither confirmed nor on disk when the process was killed, and never came. */
  readonly lostAtKill: number;
  /** The first of all that never came: the generation of its process, and its number. */
  readonly firstLost: readonly [generation: number, number: number] | null;
  readonly duplicates: number;
  /** Duplicates whose content differs from the first. */
  readonly changed: number;
  /** First arrivals that came after a later record of the same entity. */
  readonly misordered: number;
}

/** Compares what came with what was sent. `entities` as in the task of the publisher. */
export function judge(messages: readonly ConsumeMessage[], sent: readonly Sent[], entities: number): Verdict {
  const seen = new Map<string, string>();
  const last = new Map<number, readonly [generation: number, number: number]>();
  let duplicates = 0;
  let changed = 0;
  let misordered = 0;
  for (const { properties, content } of messages) {
    const id = properties.messageId as string;
    const text = content.toString();
    const first = seen.get(id);
    if (first !== undefined) {
      duplicates++;
      if (first !== text) changed++;
      continue;
    }
    seen.set(id, text);
    const [generation = 0, number = 0] = id.split('-').map(Number);
    const entity = number % entities;
    const before = last.get(entity);
    if (before !== undefined && (generation < before[0] || (generation === before[0] && number < before[1])))
      misordered++;
    last.set(entity, [generation, number]);
  }
  let firstLost: readonly [number, number] | null = null;
  const missing = ({ generation }: Sent, from: number, to: number): number => {
    let count = 0;
    for (let number = from; number < to; number++) {
      if (seen.has(`${generation}-${number}`)) continue;
      count++;
      firstLost ??= [generation, number];
    }
    return count;
  };
  const lost = sent.reduce((sum, one) => sum + missing(one, 0, one.expected), 0);
  const lostAtKill = sent.reduce((sum, one) => sum + missing(one, one.expected, one.pushed), 0);
  return { received: seen.size, lost, lostAtKill, firstLost, duplicates, changed, misordered };
}
