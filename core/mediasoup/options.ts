import { z } from 'zod';

export const mediasoupOptions = z.strictObject({
  traces: z
    .boolean()
    .default(false)
    .describe(
      'Publish the trace events the application has enabled with `enableTraceEvent` (rtp, keyframe, nack, pli, fir, bwe, …). ' +
        'They can be one per packet. The monitor never enables traces by itself.',
    ),
  fastDecode: z
    .boolean()
    .default(false)
    .describe(
      'Decode the statistics of producers, consumers and transports here, at about half the CPU time, from answers taken off ' +
        "mediasoup's private channel. For mediasoup 3.27 only; checked against `getStats()` time and again, and given up " +
        'with a warning at the first difference.',
    ),
});

export type MediasoupOptions = z.output<typeof mediasoupOptions>;
