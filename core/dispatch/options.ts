import { z } from 'zod';

const timeout = (defaultMs: number): z.ZodDefault<z.ZodInt> => z.int().min(10).max(600_000).default(defaultMs);

/** Limits that hold for every plugin. */
export const pluginHostOptions = z.strictObject({
  startTimeoutMs: timeout(10_000).describe('How long one plugin may take to start, in ms.'),
  flushTimeoutMs: timeout(5_000).describe(
    'How long the plugins may take, side by side, to deliver what they hold, in ms.',
  ),
  stopTimeoutMs: timeout(5_000).describe('How long one plugin may take to stop before it is abandoned, in ms.'),
  eventCapacity: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Events that may wait for one plugin; more are missed and counted, and it is told to read the graph anew.',
    ),
  eventsPerCall: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Most events in one call, so that a flood does not hold the event loop.'),
  slowCallMs: z
    .number()
    .min(1)
    .max(10_000)
    .default(20)
    .describe(
      'A delivery that takes longer, in ms, counts as slow: it held up the SFU. Time in which this thread waited for a processor does not count.',
    ),
  breaker: z
    .strictObject({
      throws: z.int().min(1).max(1000).default(5).describe('Throws in a row of one hook that suspend the plugin.'),
      slowCalls: z
        .int()
        .min(1)
        .max(1000)
        .default(5)
        .describe('Slow deliveries within the window that suspend the plugin.'),
      slowWindowMs: z
        .int()
        .min(1_000)
        .max(3_600_000)
        .default(60_000)
        .describe('The window for slow deliveries, in ms.'),
      coolDownMs: z.int().min(100).max(3_600_000).default(30_000).describe('How long a suspension lasts, in ms.'),
    })
    .prefault({})
    .describe('When a plugin that misbehaves gets no more deliveries for a while.'),
  restart: z
    .strictObject({
      initialMs: z
        .int()
        .min(10)
        .max(600_000)
        .default(1_000)
        .describe('First wait before a failed start is tried again, in ms.'),
      maxMs: z.int().min(10).max(3_600_000).default(60_000).describe('Longest wait between two attempts, in ms.'),
    })
    .prefault({})
    .describe('How plugins with `onStartError: retry` are tried again; waits double and are spread by a fifth.'),
});

export type PluginHostOptions = z.output<typeof pluginHostOptions>;
