import { setTimeout as delay } from 'node:timers/promises';
import { channelOf, overhear } from '../../../core/mediasoup/fast-decode/channel.js';
import type { Attach } from './attached.js';
import { sweeping } from './sweeping.js';

export const nothing: Attach = async ({ config: { warmUpMs } }) => ({
  begin: async (_room, joins) => void (await Promise.all([delay(warmUpMs), joins])),
  samples: () => 0,
  longestTurnMs: () => null,
  scrapeUrl: () => null,
  note: () => null,
});

interface Askable {
  readonly id: string;
  readonly closed: boolean;
  getStats(): Promise<unknown>;
}

/** Asks one entity; settles with the answer. */
export type Ask = (entity: Askable) => Promise<unknown>;

export const byGetStats: Ask = (entity) => entity.getStats();

/** Makes an `Ask` of mediasoup's own request and answer, which reads nothing of the answer: what no decoder can do without. */
export function byRequest(): Ask {
  const methods = new Map<unknown, number>();
  return (entity) => {
    const channel = channelOf(entity);
    if (channel === null) throw new Error('this mediasoup shows no channel');
    const method = methods.get(entity.constructor);
    if (method !== undefined) return channel.request(method, undefined, undefined, entity.id);
    const { result, heard } = overhear(channel, () => entity.getStats());
    methods.set(entity.constructor, heard[0]?.given[0] as number);
    return result;
  };
}

/** Asks every entity in each interval: `window` at a time over a part of the interval, or all at once. */
export function bare(window: number, ask: Ask = byGetStats): Attach {
  return sweeping((answered) => async (room, spreadMs) => {
    const entities = [...room.transports, ...room.producers, ...room.consumers];
    const pause = (spreadMs * window) / entities.length;
    for (let first = 0; first < entities.length; first += window) {
      const some = entities.slice(first, first + window).filter(({ closed }) => !closed);
      const all = Promise.all(some.map((entity) => ask(entity).then(answered, () => undefined)));
      await (first + window < entities.length && spreadMs > 0 ? delay(pause) : all);
    }
  });
}
