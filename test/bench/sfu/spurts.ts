import { setTimeout as delay } from 'node:timers/promises';
import type { Attach } from './attached.js';
import { type Ask, byGetStats } from './bare.js';
import type { BenchRoom } from './room.js';
import { sweeping } from './sweeping.js';

interface SpurtOptions {
  /** Most in flight; when half of them were answered, it asks again. */
  readonly window: number;
  /** So many follow on one another before it rests. */
  readonly spurt: number;
  /** How many entities each interval is for, in turns. @default all */
  readonly most?: number;
  /** @default `getStats()` */
  readonly ask?: Ask;
}

/** Asks as the sampler does, with nothing done with the answers: the floor of a sampler that is bounded in flight. */
export function bareSpurts(options: SpurtOptions): Attach {
  const { window, spurt, most = Number.MAX_SAFE_INTEGER, ask: askOne = byGetStats } = options;
  return sweeping((answered, turns) => {
    let next = 0;
    const entityAt = ({ transports, producers, consumers }: BenchRoom, place: number) =>
      transports[place] ??
      producers[place - transports.length] ??
      consumers[place - transports.length - producers.length]!;
    const ask = (room: BenchRoom, requests: number): Promise<void> =>
      new Promise((resolve) => {
        let left = requests;
        let inFlight = 0;
        const askSome = (): void => {
          for (; left > 0 && inFlight < window; left--) {
            const entity = entityAt(room, next++ % room.entities);
            if (entity.closed) continue;
            inFlight++;
            void askOne(entity)
              .then(answered, () => undefined)
              .then(ended);
          }
          if (left === 0 && inFlight === 0) resolve();
        };
        const ended = (): void => {
          inFlight--;
          if (inFlight * 2 <= window) turns.section(askSome);
        };
        turns.section(askSome);
      });
    return async (room, spreadMs) => {
      const requests = Math.min(most, room.entities);
      const spurts = Math.ceil(requests / spurt);
      for (let done = 0; done < spurts; done++) {
        const rest = delay(spreadMs / spurts);
        await ask(room, Math.min(spurt, requests - done * spurt));
        if (spreadMs > 0) await rest;
      }
    };
  });
}
