import { z } from 'zod';

/** Options of the entity graph. */
export const graphOptions = z.strictObject({
  changeLog: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(10_000)
    .describe('Steps of the graph kept for its followers; one that falls further behind gets a new snapshot.'),
  identifyPerTick: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Open entities asked about again at each tick, in case the application set their appData late.'),
});

export type GraphOptions = z.output<typeof graphOptions>;
