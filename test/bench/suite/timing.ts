import type { RunConfig } from '../sfu/protocol.js';

type Timing = Pick<RunConfig, 'intervalMs' | 'warmUpMs' | 'windowMs' | 'joinsPerSecond'>;

/** A whole number of intervals is measured, so that every run holds as many sweeps. */
export const WHOLE: Timing = { intervalMs: 5_000, warmUpMs: 6_000, windowMs: 10_000, joinsPerSecond: 10 };
export const ROUGH: Timing = { ...WHOLE, warmUpMs: 3_000, windowMs: 5_000 };
