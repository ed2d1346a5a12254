import type { ConsumerNode, ProducerNode } from '../../../core/index.js';
import type { Slices } from '../collect/slices.js';

type Node = ProducerNode | ConsumerNode;

/** What counts as nothing wrong: the last of the bins of `badness`. */
const BINS = 13;
const ITEMS = 256;

/** Which `most` of the nodes to show. In slices; sorts into bins, since there may be a hundred thousand. */
export async function choose<N extends Node>(
  nodes: readonly N[],
  most: number,
  by: 'worst' | 'newest',
  slices: Slices,
): Promise<readonly N[]> {
  if (nodes.length <= most) return nodes;
  // They stand in order of opening.
  if (by === 'newest') return nodes.slice(nodes.length - most);
  const bins: N[][] = Array.from({ length: BINS }, () => []);
  await slices.each(nodes, ITEMS, (node) => bins[badness(node)]!.push(node));
  const chosen: N[] = [];
  for (const bin of bins) {
    for (const node of bin) {
      if (chosen.length >= most) return chosen;
      chosen.push(node);
    }
  }
  return chosen;
}

/** 0: in trouble; then by score; paused ones and those without a score come last. */
function badness(node: Node): number {
  if (node.kind === 'producer' ? node.stalledSince !== null : node.starvedSince !== null) return 0;
  const isPaused = node.paused || (node.kind === 'consumer' && node.producerPaused);
  if (isPaused || node.score === null) return BINS - 1;
  return 1 + Math.min(10, Math.max(0, Math.floor(node.score)));
}
