import type { HostExtras } from './host-reader.js';
import type { AskInformation } from './information-calls.js';

/** File systems beyond this are not reported: hosts of many containers mount some for each. */
const MAX_FILE_SYSTEMS = 64;

/** Reads the slow extras, one after the other. `at` is wall time in ms. */
export async function readExtras(ask: AskInformation, now: () => number): Promise<HostExtras> {
  const fileSystems = (await ask('fsSize')) ?? [];
  const stats = await ask('fsStats');
  const temperature = await ask('cpuTemperature');
  return {
    at: now(),
    fileSystems: fileSystems
      .slice(0, MAX_FILE_SYSTEMS)
      .map(({ mount, type, size, used }) => ({ mount, type, size, used })),
    disks: { readPerSecond: rate(stats?.rx_sec), writePerSecond: rate(stats?.wx_sec) },
    cpuTemperature: temperature?.main ?? null,
  };
}

/** There is no rate on the first reading, nor after the counter fell. */
function rate(value: number | null | undefined): number | null {
  return value != null && value >= 0 ? value : null;
}
