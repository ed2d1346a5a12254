/** The middle value, the mean of the two in the middle of an even number; `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed (nearest rank); `NaN` of none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length))) - 1]!;
}

/** A straight line through points. */
export interface Slope {
  /** Change of y for 1 of x; `NaN` of fewer than 3 points. */
  readonly perX: number;
  /** Standard error of that, with the residuals taken for noise. */
  readonly error: number;
  /** Whether the slope is above zero by more than its noise, with a chance of 1 in 1,000 to say so of noise alone. */
  readonly rises: boolean;
}

/** Quantiles 0.999 of Student's t distribution by degrees of freedom from 1 on; beyond the list the last one serves. */
const T_999 = [318.3, 22.33, 10.21, 7.173, 5.893, 5.208, 4.785, 4.501, 4.297, 4.144, 4.025, 3.93, 3.852, 3.787, 3.733];

/** Ordinary least squares. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): Slope {
  const n = points.length;
  if (n < 3) return { perX: Number.NaN, error: Number.NaN, rises: false };
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  const perX = points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residuals = points.reduce((sum, { x, y }) => sum + (y - meanY - perX * (x - meanX)) ** 2, 0);
  const error = Math.sqrt(residuals / (n - 2) / spread);
  return { perX, error, rises: perX > error * T_999[Math.min(n - 2, T_999.length) - 1]! };
}
