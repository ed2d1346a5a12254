import type { FlatTable } from './flat-table.js';

/** mediasoup's `Response`, a table within its buffer, as its channel resolves a request with it. */
export interface RawAnswer {
  bb: { bytes(): Uint8Array } | null;
  readonly bb_pos: number;
}

/** Fields of the table `Response`. */
const RESPONSE = { bodyType: 8, body: 10 } as const;

export function isRawAnswer(candidate: unknown): candidate is RawAnswer {
  if (typeof candidate !== 'object' || candidate === null) return false;
  const { bb, bb_pos: position } = candidate as { bb?: { bytes?: unknown } | null; bb_pos?: unknown };
  return typeof position === 'number' && typeof bb?.bytes === 'function' && bb.bytes() instanceof Uint8Array;
}

/** Goes to the body of an answer. Returns its type, a number of mediasoup's; throws when there is no body. */
export function openBody(table: FlatTable, answer: RawAnswer): number {
  if (answer.bb === null) throw new RangeError('an answer that was let go');
  table.open(answer.bb.bytes(), answer.bb_pos);
  const type = table.uint8(RESPONSE.bodyType);
  const body = table.child(RESPONSE.body);
  if (body === 0) throw new RangeError('an answer without a body');
  table.enter(body);
  return type;
}

/**
 * Gives the bytes of an answer free. What mediasoup keeps for a request stays reachable for a while after it was answered:
 * a `Map` that is made anew leaves its old table behind, which points to the new one, and a table that has lived long enough
 * holds all later ones until the next full collection. The answer's bytes would be copied with it, at more cost than decoding.
 */
export function letGo(answer: RawAnswer): void {
  const bytes = answer.bb?.bytes();
  answer.bb = null;
  if (bytes !== undefined) free(bytes);
}

/** Node.js 22 on. */
interface Detachable {
  transfer?(length: number): unknown;
}

/**
 * Gives memory outside the heap back at once. V8 would free it with the next collection of young garbage, but counts it until then, and begins to
 * mark the whole heap for it: the less garbage is made otherwise, the surer. mediasoup copies each answer into a buffer of its own;
 * one that holds more than these bytes is left alone.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer.byteLength === byteLength) (buffer as Detachable).transfer?.(0);
}
