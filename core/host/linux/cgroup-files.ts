import { wholeNumber } from './whole-number.js';

/** Cores that cpu.max (version 2: `quota period` in µs, or `max`) allows; `null` when it sets no limit. */
export function parseCpuMax(text: string | null): number | null {
  const [quota, period] = (text ?? '').trim().split(/\s+/);
  return cores(wholeNumber(quota), wholeNumber(period));
}

/** Cores that version 1's cpu.cfs_quota_us and cpu.cfs_period_us allow; a quota of -1 is none. */
export function parseCfsQuota(quota: string | null, period: string | null): number | null {
  return cores(wholeNumber(quota?.trim()), wholeNumber(period?.trim()));
}

/** Reads cpu.stat: version 2 counts throttled time in µs, version 1 in ns. */
export function parseThrottling(text: string | null): { seconds: number | null; periods: number | null } {
  const value = (name: string): number | null => wholeNumber(new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1]);
  const microseconds = value('throttled_usec');
  const nanoseconds = value('throttled_time');
  return {
    seconds: microseconds !== null ? microseconds / 1e6 : nanoseconds !== null ? nanoseconds / 1e9 : null,
    periods: value('nr_throttled'),
  };
}

/** A file that holds one number of bytes; `max` and what is no number are `null`. */
export function parseBytes(text: string | null): number | null {
  return wholeNumber(text?.trim());
}

function cores(quota: number | null, period: number | null): number | null {
  return quota === null || quota === 0 || period === null || period === 0 ? null : quota / period;
}
