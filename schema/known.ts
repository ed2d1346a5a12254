/** Numbers of the core are `NaN` where they are unknown; those of the API are `null`. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** The mean of the known values; `null` when there is none. */
export function meanOf(values: Iterable<number | null>): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count++;
  }
  return count === 0 ? null : sum / count;
}
