import { z } from 'zod';

/** How traffic is accounted. */
export const trafficOptions = z.strictObject({
  flushIntervalMs: z
    .int()
    .min(1_000)
    .max(600_000)
    .default(5_000)
    .describe('Milliseconds between two `peer.trafficReported` events of a peer that moves something.'),
  maxPeers: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Peers whose totals are kept; beyond it the one idle for longest is forgotten, and counted.'),
});

export type TrafficOptions = z.output<typeof trafficOptions>;
