const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like: `500ms`, `10s`, `2m`, `1h`, `1d`. */
export const DURATION = /^(\d{1,9})(ms|s|m|h|d)$/;

/** In ms; `NaN` for a text that is none. */
export function durationMs(text: string): number {
  const [, digits, unit] = DURATION.exec(text) ?? [];
  return digits === undefined ? Number.NaN : Number(digits) * UNITS[unit as keyof typeof UNITS];
}
