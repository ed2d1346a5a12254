import { slopeOf } from '../suite/statistics.js';

/** What is counted at the beginning, after warming up, and at the end, when nothing moves any more. */
export interface Counts {
  readonly entities: number;
  readonly listeners: number;
}

export interface HeapSample {
  /** Since the beginning. */
  readonly seconds: number;
  /** Of objects, in bytes, after garbage collection. */
  readonly heapUsed: number;
}

export interface Verdict {
  readonly ok: boolean;
  readonly lines: readonly string[];
}

/** Less than this cannot be anything that is kept for each join: not even an entry of a map. In bytes. */
const LEAST_PER_JOIN = 5;
/** Less than this share of the heap is what a short soak cannot tell from waves in it. */
const LEAST_SHARE = 0.01;
const KB = 1_000;

/**
 * Judges a soak: entities and listeners must be back where they were, and the heap must not rise by more than its noise.
 *
 * @param heap Samples from after the time in which buffers fill.
 * @param joinsPerSecond How many there really were.
 */
export function judge(start: Counts, end: Counts, heap: readonly HeapSample[], joinsPerSecond: number): Verdict {
  const { perX, error, rises } = slopeOf(heap.map(({ seconds, heapUsed }) => ({ x: seconds, y: heapUsed })));
  const seconds = (heap.at(-1)?.seconds ?? 0) - (heap[0]?.seconds ?? 0);
  const grown = (perX * seconds) / (heap[0]?.heapUsed ?? 1);
  const leaks = rises && perX > LEAST_PER_JOIN * joinsPerSecond && grown > LEAST_SHARE;
  const perMinute = (bytes: number): string => ((bytes * 60) / KB).toFixed(1);
  const same = (name: keyof Counts): string =>
    `${name}: ${start[name]} at the start, ${end[name]} at the end${start[name] === end[name] ? '' : ' (NOT BACK)'}`;
  return {
    ok: !leaks && start.entities === end.entities && start.listeners === end.listeners,
    lines: [
      `heap: ${perMinute(perX)} kB a minute, standard error ${perMinute(error)}, ` +
        `${(perX / joinsPerSecond).toFixed(1)} bytes a join, of ${heap.length} samples${leaks ? ' (RISES)' : ''}`,
      same('entities'),
      same('listeners'),
    ],
  };
}
