import { z } from 'zod';

/** How entities are sampled, and what that may cost. */
export const samplingOptions = z.strictObject({
  intervalMs: z
    .int()
    .min(100)
    .max(300_000)
    .default(5_000)
    .describe('Time between two ticks in ms; every worker and transport is sampled in each.'),
  unattendedEveryMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe(
      'Time in ms between two samples of a transport while nobody asks: no plugin, subscription or lease. Nothing else is sampled then but workers, in every tick.',
    ),
  cpuShare: z
    .number()
    .min(0.0005)
    .max(1)
    .default(0.01)
    .describe(
      'Share of one core that sampling may use, the garbage that V8 collects for it included where that can be told (Linux, Node.js 22.19 and 23.9 on); above it producers and consumers take turns, consumers first.',
    ),
  maxInFlight: z
    .int()
    .min(1)
    .max(120)
    .default(64)
    .describe('Most unanswered requests per worker; 128 of them would hold up its media for about 1 ms.'),
  requestDeadlineMs: z
    .int()
    .min(50)
    .max(60_000)
    .default(5_000)
    .describe('Time in ms after which a request counts as timed out and its answer is ignored.'),
  probeDeadlineMs: z
    .int()
    .min(50)
    .max(300_000)
    .optional()
    .describe(
      'Time in ms without an answer after which a worker counts as hung; left out, it is three quarters of intervalMs.',
    ),
  hotForMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(30_000)
    .describe('Time in ms for which a new entity is sampled ahead of the others.'),
  lowScore: z
    .int()
    .min(0)
    .max(11)
    .default(5)
    .describe('Producers and consumers with a score below this are sampled ahead of the others.'),
  pausedEveryMs: z
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('Time in ms between two samples of something that is paused.'),
  pastBytes: z
    .int()
    .min(0)
    .max(1_073_741_824)
    .default(8_388_608)
    .describe('Bytes that remembered samples of watched entities may take; the oldest go first.'),
});

export type SamplingOptions = z.output<typeof samplingOptions>;
