import type { CloseReason, EntityKind } from '../model/entity.js';

/** Why what lives in an entity closes when that one closes. docs/closures.md tells the whole. */
export function reasonBelow(kind: EntityKind, reason: CloseReason): CloseReason {
  if (reason === 'workerDied' || reason === 'workerClosed') return reason;
  if (kind === 'worker') return 'workerClosed';
  return kind === 'router' || reason === 'router' ? 'router' : 'parent';
}
