import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What one collection finalises only the next one frees, and the one after finds no marking of somebody else's under way. */
const COLLECTIONS = 3;

/** Bytes that live objects and buffers take now, after collections. Compiled code is left out: there is more the longer a test runs. */
export function liveBytes(): number {
  for (let i = 0; i < COLLECTIONS; i++) collect();
  const objects = getHeapSpaceStatistics()
    .filter(({ space_name }) => !space_name.startsWith('code'))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return objects + process.memoryUsage().external;
}
