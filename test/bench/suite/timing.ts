import type { RunConfig } from '../sfu/protocol.js';

type Timing = Pick<RunConfig, 'intervalMs' | 'warmUpMs' | 'settleMs' | 'windowMs' | 'joinsPerSecond'>;

/** A whole number of intervals is measured, so that every run holds as many sweeps. */
const LONG: Timing = { intervalMs: 5_000, warmUpMs: 3_000, settleMs: 3_000, windowMs: 10_000, joinsPerSecond: 10 };
const SHORT: Timing = { ...LONG, windowMs: 5_000 };
const ROUGH: Timing = { ...SHORT, warmUpMs: 2_000, settleMs: 2_000 };

/** How long each phase of a run takes: what is measured only once is measured for less long. */
export function timingOf({ quick, once }: { readonly quick: boolean; readonly once: boolean }): Timing {
  if (quick) return ROUGH;
  return once ? SHORT : LONG;
}
