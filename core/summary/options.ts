import { z } from 'zod';

/** What a summary can be told of. */
const SUMMARY_SUBJECTS = ['transport', 'producer', 'consumer', 'dataProducer', 'dataConsumer', 'room', 'peer'] as const;

/** What is told of something that has ended. */
export const summaryOptions = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Tell a summary when something ends. Costs about 250 bytes for each open entity, and no sampling.'),
  of: z
    .array(z.enum(SUMMARY_SUBJECTS))
    .max(SUMMARY_SUBJECTS.length)
    .default([...SUMMARY_SUBJECTS])
    .describe('What gets a summary of its own. Streams without one still count for their peer and room.'),
  minDurationMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(1_000)
    .describe('Entities that were open for less than this, in ms, get none. Rooms and peers always get one.'),
  perSecond: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('Most summaries told in a second, so that the death of a worker floods nobody; the others wait.'),
  shortMs: z
    .int()
    .min(0)
    .max(86_400_000)
    .default(30_000)
    .describe(
      'While more than a second’s worth waits, entities that were open for less than this, in ms, get none; they are counted.',
    ),
  maxWaiting: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('Most summaries that may wait; further ones are left out and counted.'),
});

export type SummaryOptions = z.output<typeof summaryOptions>;
