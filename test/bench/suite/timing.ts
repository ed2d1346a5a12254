import type { RunConfig } from '../sfu/protocol.js';
import type { ModeName } from './modes.js';

type Timing = Pick<RunConfig, 'intervalMs' | 'warmUpMs' | 'settleMs' | 'windowMs'>;

/**
 * A whole number of intervals is measured, so that every run holds as many sweeps. Eight of them, because a collection of the whole
 * heap, which takes as much as half a sweep, comes every 6 to 30 s: a shorter run has one or has none.
 */
const LONG: Timing = { intervalMs: 5_000, warmUpMs: 3_000, settleMs: 3_000, windowMs: 40_000 };
const SHORT: Timing = { ...LONG, windowMs: 20_000 };
const ROUGH: Timing = { ...LONG, warmUpMs: 2_000, settleMs: 8_000, windowMs: 5_000 };
/** With a budget, the sampler begins carefully, and asks for more once it has seen what that and V8’s threads cost. */
const BUDGET_SETTLE_MS = 30_000;
const WITHOUT_BUDGET: readonly ModeName[] = [
  'none',
  'burst',
  'paced',
  'spurts',
  'few',
  'requests',
  'unread',
  'full',
  'fast',
  'exporter',
];

/** How long each phase of a run takes: what is measured only once is measured for less long. */
export function timingOf(mode: ModeName, { quick, once }: { readonly quick: boolean; readonly once: boolean }): Timing {
  const timing = quick ? ROUGH : once ? SHORT : LONG;
  return WITHOUT_BUDGET.includes(mode) ? timing : { ...timing, settleMs: BUDGET_SETTLE_MS };
}
