import type { ProcessReading } from '../system-reading.js';
import { wholeNumber } from './whole-number.js';

/**
 * Ticks a second in /proc. Linux shows user space 100 on every architecture Node.js runs on, whatever the kernel's own
 * rate.
 */
const USER_HZ = 100;

/** Reads /proc/<pid>/stat; `null` when it is not what it should be. `pageSize` is in bytes. */
export function parseProcessStat(text: string, pageSize = 4096): ProcessReading | null {
  // The command name stands in parentheses and may hold blanks and parentheses itself: only the last one ends it.
  const end = text.lastIndexOf(')');
  const pid = wholeNumber(text.slice(0, text.indexOf(' ')));
  if (end === -1 || pid === null) return null;
  const fields = text.slice(end + 2).split(' ');
  const [userTicks, systemTicks] = [wholeNumber(fields[11]), wholeNumber(fields[12])];
  const [threads, startTime, pages] = [wholeNumber(fields[17]), wholeNumber(fields[19]), wholeNumber(fields[21])];
  if (userTicks === null || systemTicks === null || threads === null || startTime === null || pages === null) {
    return null;
  }
  return { pid, startTime, cpuSeconds: (userTicks + systemTicks) / USER_HZ, residentMemory: pages * pageSize, threads };
}
