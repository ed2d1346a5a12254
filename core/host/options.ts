import { z } from 'zod';

/** How the host is watched. */
export const hostOptions = z.strictObject({
  intervalMs: z
    .int()
    .min(1_000)
    .max(60_000)
    .default(5_000)
    .describe('Milliseconds between two samples of CPU, memory, network, the container and the processes.'),
  interfaces: z
    .array(z.string().min(1).max(64))
    .max(64)
    .optional()
    .describe(
      'Network interfaces to report, by name or as a prefix that ends in `*`. Default: all but `lo`, at most 64.',
    ),
  eventLoopDelay: z
    .boolean()
    .default(true)
    .describe(
      'Measure the delay of the event loop with a timer of 50 ms, at about 0.15 % of a core; it rests while nobody asks.',
    ),
  systemInformation: z
    .boolean()
    .default(true)
    .describe(
      'Read inventory, file systems, disks and temperature with systeminformation in a worker thread; without it they ' +
        'are unknown, and so are memory and network on systems other than Linux.',
    ),
  extrasIntervalMs: z
    .int()
    .min(10_000)
    .max(3_600_000)
    .default(60_000)
    .describe('Milliseconds between two readings of file systems, disks and temperature, which start processes.'),
  callTimeoutMs: z
    .int()
    .min(1_000)
    .max(120_000)
    .default(30_000)
    .describe('Milliseconds one call of systeminformation may take before its thread is given up and replaced.'),
});

export type HostOptions = z.output<typeof hostOptions>;
