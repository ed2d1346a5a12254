import type { GraphSnapshot, RouterNode } from '../../core/index.js';

/** No endpoint is connected: the router has no transport, or pipes only. */
export function isEmptyRouter(snapshot: GraphSnapshot, router: RouterNode): boolean {
  return snapshot.children(router.key, 'transport').every((transport) => transport.type === 'pipe');
}
