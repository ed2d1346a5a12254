import { z } from 'zod';

export const mediasoupOptions = z.strictObject({
  traces: z
    .boolean()
    .default(false)
    .describe(
      'Publish the trace events the application has enabled with `enableTraceEvent` (rtp, keyframe, nack, pli, fir, bwe, …). ' +
        'They can be one per packet. The monitor never enables traces by itself.',
    ),
  workerLogs: z
    .enum(['off', 'error', 'warn'])
    .default('off')
    .describe(
      'Publish what mediasoup and its workers log as events `worker.logged`: errors, or warnings too. The listeners of the ' +
        'application (`setLogEventListeners`) hear all of it as before. Needs mediasoup 3.14.12 or later, not bundled. How much ' +
        'workers log is up to their `logLevel`.',
    ),
  workerLogsPerSecond: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .describe(
      'Lines published a second, with ten times as many at once; what is left out is counted in the next event.',
    ),
  fastDecode: z
    .boolean()
    .default(false)
    .describe(
      'Decode the statistics of producers, consumers and transports here, from answers taken off ' +
        "mediasoup's private channel. For mediasoup 3.27 only; checked against `getStats()` time and again, and given up " +
        'with a warning at the first difference. In full detail it spares about a quarter of the CPU, on Node.js 22 and newer.',
    ),
});

export type MediasoupOptions = z.output<typeof mediasoupOptions>;
