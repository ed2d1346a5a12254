import type { ConsumerNode, GraphSnapshot, ProducerNode } from '../../../core/index.js';
import { inRouters } from '../collect/in-routers.js';
import type { Slices } from '../collect/slices.js';

type Node = ProducerNode | ConsumerNode;

/** What counts as nothing wrong: the last of the bins of `badness`. */
const BINS = 13;
const ITEMS = 256;

/** Which `most` of the nodes of a kind to show. In slices; sorts into bins, since there may be a hundred thousand. */
export async function choose(
  snapshot: GraphSnapshot,
  kind: Node['kind'],
  most: number,
  by: 'worst' | 'newest',
  slices: Slices,
): Promise<readonly Node[]> {
  // They stand in order of opening.
  if (by === 'newest') return snapshot.all(kind).slice(Math.max(0, snapshot.count(kind) - most));
  const bins: Node[][] = Array.from({ length: BINS }, () => []);
  for (const nodes of inRouters(snapshot, kind)) {
    await slices.each(nodes, ITEMS, (node) => bins[badness(node)]!.push(node));
  }
  const chosen: Node[] = [];
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
