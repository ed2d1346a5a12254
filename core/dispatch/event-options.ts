import { z } from 'zod';

/** Options of the recent past of events. */
export const eventOptions = z.strictObject({
  historyBytes: z
    .int()
    .min(64 * 1024)
    .max(1024 * 1024 * 1024)
    .default(8 * 1024 * 1024)
    .describe(
      'Memory for recent events in bytes, by estimate; the oldest make room for new ones. 8 MiB hold about 30,000.',
    ),
});
