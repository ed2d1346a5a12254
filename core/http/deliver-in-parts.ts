import type { Clock } from '../clock.js';
import type { SinkBatch } from '../dispatch/sink-api.js';
import type { HttpAnswer } from './http-post.js';
import { httpRefusal } from './http-refusal.js';

export interface PartDelivery<T> {
  readonly clock: Clock;
  /** Address for people. */
  readonly shown: string;
  send(items: readonly T[]): Promise<HttpAnswer>;
  /** @default any status of 2xx */
  isDelivered?(answer: HttpAnswer): boolean;
}

/** These may be about some of the items only, or about their number. */
const ABOUT_SOME = new Set([400, 413, 422]);

/**
 * Sends the items at these indexes of a batch to a receiver that may refuse some of them without telling which (400, 422), or a body for
 * its size (413): the request is halved until the bad ones are found, at the price of about two requests for each halving; what is left
 * undecided then is rejected. Only for receivers to which the same item twice is the same as once. Acknowledges and rejects items one by
 * one; rejects when the rest is to be sent again.
 */
export async function deliverInParts<T>(
  batch: SinkBatch<T>,
  indexes: readonly number[],
  delivery: PartDelivery<T>,
): Promise<void> {
  if (indexes.length === 0) return;
  const requests = { left: 2 * Math.ceil(Math.log2(indexes.length)) + 4 };
  await deliverPart(batch, indexes, delivery, requests);
}

async function deliverPart<T>(
  batch: SinkBatch<T>,
  indexes: readonly number[],
  delivery: PartDelivery<T>,
  requests: { left: number },
): Promise<void> {
  requests.left--;
  const answer = await delivery.send(indexes.map((index) => batch.items[index] as T));
  if (delivery.isDelivered?.(answer) ?? (answer.status >= 200 && answer.status < 300)) {
    // What is left when this resolves is acknowledged at once.
    if (indexes.length < batch.items.length) for (const index of indexes) batch.ack(index);
    return;
  }
  if (ABOUT_SOME.has(answer.status) && indexes.length > 1 && requests.left >= 2) {
    const half = Math.ceil(indexes.length / 2);
    await deliverPart(batch, indexes.slice(0, half), delivery, requests);
    await deliverPart(batch, indexes.slice(half), delivery, requests);
    return;
  }
  const refusal = httpRefusal(delivery.shown, answer, delivery.clock.now());
  if (refusal.recoverable) throw refusal;
  for (const index of indexes) batch.reject(index, refusal.message);
}
