import type { AlertVerdict, ConsumerNode, NodeOf, ProducerNode } from '../../../core/index.js';
import type { Cursor, World } from '../fields/cursor.js';

const POOR_SCORE = 7;
const POOR_LOSS = 0.05;
const BUSY_CPU = 0.8;

/** Whose side an alert about one entity comes from; `null` where the server's numbers do not tell. */
export function verdictOf(cursor: Cursor): AlertVerdict | null {
  const { node, world } = cursor;
  if (node === null) return null;
  if (node.kind === 'worker') return { side: 'sfu', reason: 'It is a worker of the SFU.' };
  const worker = cursor.entity('worker');
  const busy = worker === undefined ? null : overload(world, worker);
  if (node.kind === 'producer') return producerVerdict(world, node, busy);
  return node.kind === 'consumer' ? consumerVerdict(cursor, node, busy) : null;
}

/** Of many: the side on which most of the given consumers and producers suffer; `null` when there are none or they disagree. */
export function verdictOfMany(cursor: Cursor, nodes: readonly (ConsumerNode | ProducerNode)[]): AlertVerdict | null {
  const counts = new Map<AlertVerdict['side'], number>();
  for (const node of nodes) {
    const side = verdictOf(cursor.onEntity(node))?.side;
    if (side !== undefined) counts.set(side, (counts.get(side) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (most === undefined || most[1] * 2 <= nodes.length) return null;
  return { side: most[0], reason: `${most[1]} of the ${nodes.length} that are worst off suffer there.` };
}

function producerVerdict(world: World, node: ProducerNode, busy: string | null): AlertVerdict | null {
  if (busy !== null) return { side: 'sfu', reason: busy };
  if (node.stalledSince !== null)
    return { side: 'publisher', reason: 'Nothing of it arrives at the SFU, whose worker has time.' };
  const trouble = inbound(world, node);
  return trouble === null ? null : { side: 'publisher', reason: trouble };
}

function consumerVerdict(cursor: Cursor, node: ConsumerNode, busy: string | null): AlertVerdict | null {
  const { world } = cursor;
  const producer = cursor.entity('producer');
  const trouble = producer === undefined ? null : inbound(world, producer);
  if (trouble !== null) return { side: 'publisher', reason: trouble };
  if (busy !== null) return { side: 'sfu', reason: busy };
  if (producer === undefined || !suffers(world, node)) return null;
  const viewers = world.graph
    .snapshot()
    .consumersOf(producer.key)
    .filter(({ paused, type }) => !paused && type !== 'pipe');
  const suffering = viewers.filter((viewer) => suffers(world, viewer)).length;
  if (viewers.length > 2 && suffering * 2 > viewers.length) {
    return {
      side: 'sfu',
      reason: `${suffering} of ${viewers.length} viewers suffer at once, while what comes in is good.`,
    };
  }
  return {
    side: 'subscriber',
    reason: `${suffering} of ${viewers.length} viewers suffer, while what comes in is good.`,
  };
}

function overload(world: World, worker: NodeOf<'worker'>): string | null {
  if (worker.hungSince !== null) return `Worker ${worker.key} does not answer.`;
  const cpu = world.stats.value<'worker'>(worker, 'cpuRatio');
  return cpu >= BUSY_CPU ? `Worker ${worker.key} uses ${Math.round(cpu * 100)} % of its core.` : null;
}

function inbound(world: World, producer: ProducerNode): string | null {
  if (producer.stalledSince !== null) return 'Its producer sends nothing.';
  if (producer.score !== null && producer.score < POOR_SCORE)
    return `The score of what comes in is ${producer.score} of 10.`;
  const loss = world.stats.value<'producer'>(producer, 'fractionLost');
  return loss >= POOR_LOSS ? `${Math.round(loss * 100)} % of the packets are lost on the way in.` : null;
}

function suffers(world: World, consumer: ConsumerNode): boolean {
  if (consumer.starvedSince !== null) return true;
  if (consumer.score !== null && consumer.score < POOR_SCORE) return true;
  return world.stats.value<'consumer'>(consumer, 'fractionLost') >= POOR_LOSS;
}
