import { z } from 'zod';

/** Options of what the application reports of its clients. */
export const reportOptions = z.strictObject({
  maxBytes: z
    .int()
    .min(256)
    .max(1024 * 1024)
    .default(16 * 1024)
    .describe('Largest report in bytes of JSON; a larger one is refused and counted.'),
  maxDepth: z
    .int()
    .min(1)
    .max(7)
    .default(6)
    .describe('How deep objects and lists of a report may stand in one another.'),
  maxValues: z.int().min(1).max(20_000).default(1_000).describe('Most values of one report, at all depths together.'),
  perPeerPerMinute: z
    .int()
    .min(1)
    .max(6_000)
    .default(30)
    .describe('Reports taken of one peer in a minute, all of them at once if need be; more are refused and counted.'),
});

export type ReportOptions = z.output<typeof reportOptions>;
