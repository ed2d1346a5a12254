import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What one collection finalises only the next one frees, and the one after finds no marking of somebody else's under way. */
const COLLECTIONS = 3;

/**
 * Bytes that live objects take now, after collections. Compiled code is left out: V8 goes on compiling for minutes, and what it keeps of that is
 * no leak.
 */
export function objectBytes(): number {
  for (let i = 0; i < COLLECTIONS; i++) collect();
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => !/code|trusted|read_only/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

/** The same with the buffers that live. */
export function liveBytes(): number {
  return objectBytes() + process.memoryUsage().external;
}
