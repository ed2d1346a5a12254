/** Reads /proc/loadavg: the averages over 1, 5 and 15 minutes. */
export function parseLoadAverage(text: string): readonly [number, number, number] | null {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\b/.exec(text);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}
