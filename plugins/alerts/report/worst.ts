import type { ConsumerNode, EntityNode, ProducerNode, StatsReader } from '../../../core/index.js';
import type { Mention } from '../condition/compile.js';
import type { World } from '../fields/cursor.js';

/** Most examples an alert has. */
const EXAMPLES = 5;

type Medium = ProducerNode | ConsumerNode;

/** How badly each is off, by what a counted field counts; more is worse, `NaN` is not concerned. */
const BADNESS: Readonly<
  Record<string, { readonly kind: 'producer' | 'consumer'; readonly of: (node: Medium, stats: StatsReader) => number }>
> = {
  stalledRatio: { kind: 'producer', of: since },
  stalledProducers: { kind: 'producer', of: since },
  starvedRatio: { kind: 'consumer', of: since },
  starvedConsumers: { kind: 'consumer', of: since },
  producerScoreP10: { kind: 'producer', of: lowScore },
  consumerScoreP10: { kind: 'consumer', of: lowScore },
  producerLossP95: { kind: 'producer', of: loss },
  consumerLossP95: { kind: 'consumer', of: loss },
};

/** The media that are worst off by the counted fields of a condition, within `isMeant`; worst first, at most 5. */
export function worst(
  world: World,
  mentions: readonly Mention[],
  isMeant: (node: EntityNode) => boolean,
): readonly Medium[] {
  const measure = mentions.map(({ name }) => BADNESS[name]).find((one) => one !== undefined);
  if (measure === undefined) return [];
  const found: { readonly node: Medium; readonly badness: number }[] = [];
  for (const node of world.graph.snapshot().all(measure.kind)) {
    if (node.type === 'pipe' || node.paused || !isMeant(node)) continue;
    const badness = measure.of(node, world.stats);
    if (Number.isNaN(badness) || (found.length === EXAMPLES && badness <= found.at(-1)!.badness)) continue;
    const place = found.findIndex((other) => other.badness < badness);
    found.splice(place === -1 ? found.length : place, 0, { node, badness });
    if (found.length > EXAMPLES) found.pop();
  }
  return found.map(({ node }) => node);
}

function since(node: Medium): number {
  const at = node.kind === 'producer' ? node.stalledSince : node.starvedSince;
  return at === null ? Number.NaN : -at;
}

function lowScore({ score }: Medium): number {
  return score === null ? Number.NaN : -score;
}

function loss(node: Medium, stats: StatsReader): number {
  return node.kind === 'producer'
    ? stats.value<'producer'>(node, 'fractionLost')
    : stats.value<'consumer'>(node, 'fractionLost');
}
