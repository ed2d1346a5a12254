/** Per second, from a growth over `elapsedMs` of the source's own time. `NaN` unless time has passed; never negative. */
export function perSecond(growth: number, elapsedMs: number): number {
  return elapsedMs > 0 && growth >= 0 ? (growth * 1000) / elapsedMs : Number.NaN;
}

/** `part / whole` within 0–1; `NaN` when there is no whole or either is unknown. */
export function ratio(part: number, whole: number): number {
  if (!(whole > 0) || Number.isNaN(part)) return Number.NaN;
  return Math.min(1, Math.max(0, part / whole));
}
