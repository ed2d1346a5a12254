import type { CloseReason, EntityKind, EntityNode } from '../model/entity.js';

/** Why what lives in an entity closes when that one closes. docs/closures.md tells the whole. */
export function reasonBelow(kind: EntityKind, reason: CloseReason): CloseReason {
  if (reason === 'workerDied' || reason === 'workerClosed') return reason;
  if (kind === 'worker') return 'workerClosed';
  return kind === 'router' || reason === 'router' ? 'router' : 'parent';
}

/** Whether what closes one entity for this reason closes the other one too, so that it need not be told of the loss. */
export function closesAlong(reason: CloseReason, one: EntityNode, other: EntityNode): boolean {
  if (reason === 'workerDied' || reason === 'workerClosed') return one.worker === other.worker;
  return reason === 'router' && one.router === other.router;
}
