import type { NodeRows } from '../../../core/index.js';

/** What is open of a kind of which there are few, by slot. None may come or go meanwhile. */
export function* openNodes<N extends object>(
  rows: Pick<NodeRows, 'end'> & { at(slot: number): N | undefined },
): Generator<N> {
  for (let slot = 0; slot < rows.end; slot++) {
    const node = rows.at(slot);
    if (node !== undefined) yield node;
  }
}
