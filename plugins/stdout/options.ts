import { z } from 'zod';
import { recordFilter, sinkOptions } from '../../core/index.js';

// What was handed to a stream cannot be taken back, so that there is one write at a time and no second attempt with its options.
const { inFlight: _inFlight, retry: _retry, ...delivery } = sinkOptions.shape;

/** What may stand in a configuration file under `plugins.stdout`. */
export const stdoutOptions = z.strictObject({
  stream: z
    .string()
    .refine(
      (stream) => /^(stdout|stderr|\.{0,2}\/.*[^/])$/.test(stream),
      "must be 'stdout', 'stderr' or the path of a file, with a slash in it",
    )
    .max(4_000)
    .default('stdout')
    .describe(
      'Where the lines go: `stdout`, `stderr`, or a file that they are added to (`/var/log/sfu.jsonl`, `./sfu.jsonl`).',
    ),
  ...recordFilter.shape,
  samples: z
    .boolean()
    .default(false)
    .describe('Whether samples are written too: one line for every kind, worker and tick.'),
  ...delivery,
});

export type StdoutOptions = z.output<typeof stdoutOptions>;
