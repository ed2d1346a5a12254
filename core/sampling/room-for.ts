const STEP = 64;

/**
 * Rows to make room for when `needed` do not fit in `rows`: a quarter more, in whole steps. Doubling would copy less often, and
 * leave up to half of the memory empty.
 */
export function roomFor(needed: number, rows: number): number {
  return Math.ceil(Math.max(needed, rows * 1.25) / STEP) * STEP;
}
