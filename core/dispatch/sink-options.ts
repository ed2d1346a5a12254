import { z } from 'zod';

/** Options every network sink has; a plugin takes those it wants into its own: `z.strictObject({ url, ...sinkOptions.shape })`. */
export const sinkOptions = z.strictObject({
  capacity: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(10_000)
    .describe('Most events that wait to be sent; with a spool only bytes count.'),
  capacityBytes: z
    .int()
    .min(1024)
    .max(17_179_869_184)
    .default(16_777_216)
    .describe('Most bytes of events that wait in memory, all together.'),
  overflow: z
    .enum(['dropOldest', 'dropNewest'])
    .default('dropOldest')
    .describe('Which items are lost, and counted, when no more fit.'),
  maxBatch: z.int().min(1).max(100_000).default(500).describe('Most items in one write.'),
  maxBatchBytes: z.int().min(1024).max(1_073_741_824).default(1_048_576).describe('Most bytes in one write.'),
  maxAgeMs: z.int().min(0).max(600_000).default(1_000).describe('How long an item may wait for a fuller batch, in ms.'),
  inFlight: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Most writes at one time; with more than 1, as many batches may arrive twice after a failure.'),
  latest: z
    .strictObject({
      capacity: z.int().min(1).max(10_000_000).default(10_000).describe('Most samples that wait to be sent.'),
      capacityBytes: z
        .int()
        .min(1024)
        .max(17_179_869_184)
        .default(8_388_608)
        .describe('Most bytes of samples that wait to be sent; the oldest make room for newer ones.'),
    })
    .prefault({})
    .describe('Bounds of what only matters while it is new: samples. They never go to disk.'),
  writeTimeoutMs: z
    .int()
    .min(10)
    .max(600_000)
    .default(10_000)
    .describe('How long one write may take before it counts as failed, in ms.'),
  retry: z
    .strictObject({
      initialMs: z.int().min(1).max(600_000).default(500).describe('Wait after the first failed write, in ms.'),
      maxMs: z.int().min(1).max(3_600_000).default(30_000).describe('Longest wait between two attempts, in ms.'),
      factor: z.number().min(1).max(10).default(2).describe('By how much the wait grows with every attempt.'),
      jitter: z.number().min(0).max(1).default(0.2).describe('Share of the wait that is random, 0 to 1.'),
      attempts: z
        .int()
        .min(1)
        .max(1_000_000)
        .nullable()
        .default(null)
        .describe('Attempts before a batch is dropped; null tries for as long as the process runs.'),
    })
    .prefault({})
    .describe('What happens after a failed write.'),
});

export type SinkTuning = z.output<typeof sinkOptions>;
