import { z } from 'zod';
import { NODE_NAME } from './node-name.js';

/** Options of what leaves the process as records. */
export const recordOptions = z.strictObject({
  node: z
    .string()
    .regex(NODE_NAME, 'must be 1 to 63 letters, digits, `_` and `-`, and begin with a letter or a digit')
    .optional()
    .describe(
      'Name of this SFU node in every record, in routing keys and labels: 1 to 63 letters, digits, `_` and `-`. ' +
        "Left out: the host's name, with `-` for every other sign. Two nodes need two names.",
    ),
  appData: z
    .array(z.string().min(1).max(64))
    .max(16)
    .default([])
    .describe(
      'Keys of appData whose values become labels of the entity and of all below it, and so leave in records and are ' +
        'shown in GraphQL: texts (cut to 128 characters), numbers and booleans. Name no key that may hold a secret.',
    ),
  lowScore: z
    .number()
    .min(0)
    .max(10)
    .default(5)
    .describe(
      'A score that falls below this is a `WARN` record, and its return an `INFO` record; what happens on either side is ' +
        'detail. 0: never.',
    ),
  samples: z
    .enum(['all', 'debugged'])
    .default('all')
    .describe(
      'Which rows leave in records of samples, to plugins that send samples: of every entity, or only of what is switched on ' +
        'with `debug`.',
    ),
  addresses: z
    .enum(['full', 'masked'])
    .default('full')
    .describe('`masked` hides the last half of every IP address in records.'),
});

export type RecordOptions = z.output<typeof recordOptions>;
