import { z } from 'zod';

export const mediasoupOptions = z.strictObject({
  traces: z
    .boolean()
    .default(false)
    .describe(
      'Publish the trace events the application has enabled with `enableTraceEvent` (rtp, keyframe, nack, pli, fir, bwe, …). ' +
        'They can be one per packet. The monitor never enables traces by itself.',
    ),
});

export type MediasoupOptions = z.output<typeof mediasoupOptions>;
