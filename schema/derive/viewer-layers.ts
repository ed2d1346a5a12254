import type { ConsumerNode } from '../../core/index.js';

export interface LayerViewers {
  /** `null` where nothing is forwarded or the media has no layers. */
  readonly spatialLayer: number | null;
  readonly temporalLayer: number | null;
  readonly paused: boolean;
  readonly viewers: number;
}

/** How many viewers get which layer: the highest layer first, then those that get none, then the paused. */
export function viewerLayers(consumers: readonly ConsumerNode[]): readonly LayerViewers[] {
  const counts = new Map<string, LayerViewers>();
  for (const consumer of consumers) {
    const paused = consumer.paused || consumer.producerPaused;
    const layers = paused ? null : consumer.currentLayers;
    const spatialLayer = layers?.spatialLayer ?? null;
    const temporalLayer = layers?.temporalLayer ?? null;
    const key = `${paused} ${spatialLayer} ${temporalLayer}`;
    counts.set(key, { spatialLayer, temporalLayer, paused, viewers: (counts.get(key)?.viewers ?? 0) + 1 });
  }
  return [...counts.values()].sort(
    (a, b) =>
      Number(a.paused) - Number(b.paused) ||
      (b.spatialLayer ?? -1) - (a.spatialLayer ?? -1) ||
      (b.temporalLayer ?? -1) - (a.temporalLayer ?? -1),
  );
}

/** Simulcast or SVC that forwards no layer; if nothing is paused, the viewer sees black. */
export function isWithoutLayers(node: ConsumerNode): boolean {
  return (node.type === 'simulcast' || node.type === 'svc') && node.currentLayers === null;
}
