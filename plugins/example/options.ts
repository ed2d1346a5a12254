import { z } from 'zod';
import { SEVERITIES } from '../../core/index.js';

/** Every field has a description with its unit, bounds and a default: the table of the README and `--help` are made from them. */
export const exampleOptions = z.strictObject({
  minSeverity: z.enum(SEVERITIES).default('warning').describe('Least severity of the events that are logged.'),
  minScore: z
    .int()
    .min(0)
    .max(10)
    .default(5)
    .describe('A consumer is logged when its score (0 to 10) falls below this; 0 logs none.'),
  maxLinesPerMinute: z
    .int()
    .min(1)
    .max(10_000)
    .default(60)
    .describe('Most lines in one minute; what is left out is counted and told once the minute is over.'),
});

export type ExampleOptions = z.output<typeof exampleOptions>;
