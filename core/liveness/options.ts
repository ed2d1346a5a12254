import { z } from 'zod';

const afterMs = (byDefault: number): z.ZodDefault<z.ZodInt> => z.int().min(100).max(3_600_000).default(byDefault);

/** When something that should move counts as standing still. */
export const livenessOptions = z.strictObject({
  producers: z
    .boolean()
    .default(true)
    .describe('Have producers sampled for this; without it, stalls show only while something else wants producers.'),
  consumers: z
    .boolean()
    .default(true)
    .describe(
      'Have consumers sampled for this; without it, starvation shows only while something else wants consumers.',
    ),
  stalledAfterMs: z
    .strictObject({
      audio: afterMs(10_000).describe('For audio, in ms; above the longest pause that silence suppression makes.'),
      video: afterMs(10_000).describe('For video, in ms.'),
    })
    .prefault({})
    .describe('Time without a packet after which an unpaused producer counts as stalled.'),
  starvedAfterMs: z
    .strictObject({
      audio: afterMs(5_000).describe('For audio, in ms.'),
      video: afterMs(5_000).describe('For video, in ms.'),
    })
    .prefault({})
    .describe('Time without a packet, while the producer flows, after which an unpaused consumer counts as starved.'),
  neverConnectedAfterMs: afterMs(30_000).describe(
    'Age in ms at which a transport that has never connected is reported.',
  ),
  idleAfterMs: afterMs(30_000).describe(
    'Time in ms without a byte received after which a connected transport that had received before counts as idle.',
  ),
});

export type LivenessOptions = z.output<typeof livenessOptions>;
