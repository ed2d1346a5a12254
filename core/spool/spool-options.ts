import { z } from 'zod';

/** Where and how much a sink keeps on disk of what is not acknowledged yet. A plugin takes it as `spool: spoolOptions.nullable()`. */
export const spoolOptions = z.strictObject({
  directory: z
    .string()
    .min(1)
    .max(4_000)
    .describe('Folder for what is not delivered yet; every use of a plugin gets a folder of its own name in it.'),
  maxBytes: z
    .int()
    .min(65_536)
    .max(1_099_511_627_776)
    .default(268_435_456)
    .describe('Most bytes on disk; beyond that the oldest records are lost, and counted.'),
  maxAgeMs: z
    .int()
    .min(1_000)
    .max(31_536_000_000)
    .default(604_800_000)
    .describe('Records that are older than this are not delivered any more, but counted, in ms.'),
  segmentBytes: z
    .int()
    .min(16_384)
    .max(268_435_456)
    .default(8_388_608)
    .describe(
      'Size of one file; a file is deleted when all of its records are delivered. At most a quarter of maxBytes.',
    ),
  syncMs: z
    .int()
    .min(10)
    .max(60_000)
    .default(100)
    .describe('A record that is not acknowledged for this long is written to disk, in ms.'),
  syncEvery: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe('As many records that are neither acknowledged nor on disk are written at once.'),
});

export type SpoolOptions = z.output<typeof spoolOptions>;
