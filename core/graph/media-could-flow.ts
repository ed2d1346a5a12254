import type { EntityNode } from '../model/entity.js';

/** Whether the node is a transport on which media can flow now, as far as its state tells. */
export function mediaCouldFlow(node: EntityNode): boolean {
  if (node.kind !== 'transport') return false;
  if (node.type === 'direct') return true;
  // DTLS runs over ICE, so it tells of both.
  return node.type === 'webrtc' ? node.dtlsState === 'connected' : (node.tuple?.remoteAddress ?? null) !== null;
}
