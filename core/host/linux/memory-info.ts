import type { MemoryReading } from '../system-reading.js';

/** Reads /proc/meminfo, in bytes. `available` needs Linux 3.14. */
export function parseMemoryInfo(text: string): MemoryReading {
  const bytes = (name: string): number | null => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text);
    return match === null ? null : Number(match[1]) * 1024;
  };
  return {
    total: bytes('MemTotal'),
    available: bytes('MemAvailable'),
    swapTotal: bytes('SwapTotal'),
    swapFree: bytes('SwapFree'),
  };
}
