import type { ConsumerNode, ProducerNode, StatsReader } from '../../core/index.js';
import { known } from '../known.js';

type Media = ProducerNode | ConsumerNode;

/** Share of packets lost lately, 0–1: since the last sample, else in the last RTCP interval; `null` when unknown. */
export function lossOf(stats: StatsReader, node: Media): number | null {
  // Written twice, as the reader is typed by kind.
  if (node.kind === 'producer') {
    return known(stats.value<'producer'>(node, 'lossRatio')) ?? known(stats.value<'producer'>(node, 'fractionLost'));
  }
  return known(stats.value<'consumer'>(node, 'lossRatio')) ?? known(stats.value<'consumer'>(node, 'fractionLost'));
}

export function mediaValue(
  stats: StatsReader,
  node: Media,
  field: 'bitrate' | 'jitter' | 'roundTripTime' | 'packetsPerSecond',
): number | null {
  return known(node.kind === 'producer' ? stats.value<'producer'>(node, field) : stats.value<'consumer'>(node, field));
}
