import type { CpuTimes } from '../system-reading.js';
import { wholeNumber } from './whole-number.js';

/** Reads the `cpu` lines of /proc/stat, in clock ticks; `null` without a sound line for all cores together. */
export function parseCpuTimes(text: string): { all: CpuTimes; cores: Map<string, CpuTimes> } | null {
  let all: CpuTimes | null = null;
  const cores = new Map<string, CpuTimes>();
  for (const line of text.split('\n')) {
    // The cpu lines come first; the interrupt line after them may be very long.
    if (!line.startsWith('cpu')) break;
    const [name = '', ...fields] = line.trim().split(/\s+/);
    const times = cpuTimes(fields);
    if (times === null) continue;
    if (name === 'cpu') all = times;
    else cores.set(name, times);
  }
  return all === null ? null : { all, cores };
}

function cpuTimes(fields: readonly string[]): CpuTimes | null {
  const numbers = fields.map(wholeNumber);
  const [user, nice, system, idle] = numbers;
  if (user == null || nice == null || system == null || idle == null) return null;
  const [, , , , ioWait, irq, softIrq, steal] = numbers;
  // Time of guests is in user and nice already, so the fields after steal would count it twice.
  return {
    user: user + nice,
    system: system + (irq ?? 0) + (softIrq ?? 0),
    idle,
    ioWait: ioWait ?? 0,
    steal: steal ?? 0,
  };
}
