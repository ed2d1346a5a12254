import type { GraphReader } from '../graph/graph-reader.js';
import type { NodeRows } from '../graph/node-rows.js';
import type { EntityKind, EntityNode, NodeOf } from '../model/entity.js';
import type { GraphSnapshot } from '../model/snapshot.js';

/** `GraphReader.rows` over the nodes of a snapshot, asked for at every look, so that a test may replace it. One node a slot. */
export function snapshotRows(snapshot: () => GraphSnapshot): GraphReader['rows'] {
  return <K extends EntityKind>(kind: K): NodeRows<NodeOf<K>> => {
    const nodes = (): readonly EntityNode[] => snapshot().all(kind);
    const at = (slot: number): EntityNode | undefined => nodes().find((node) => node.slot === slot);
    return {
      get count() {
        return nodes().length;
      },
      get end() {
        return nodes().reduce((end, node) => Math.max(end, node.slot + 1), 0);
      },
      version: (slot) => (at(slot)?.changedSeq ?? -1) + 1,
      at: (slot) => at(slot) as NodeOf<K> | undefined,
    };
  };
}
