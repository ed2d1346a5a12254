import { fork } from 'node:child_process';
import { once } from 'node:events';
import { LOADS } from './slow-client-loads.js';

// What WebSocket clients that stop reading hold, each number of them in a process of its own beside one client that reads on.

interface Told {
  readonly liveBytes: number;
  readonly freedBytes: number;
  readonly mostHeldBytes: number;
  readonly heldBytes: number;
  readonly mostBytes: number;
  readonly kernelBytes: number;
  readonly readOn: number;
  readonly stuck: boolean;
}

const kB = (bytes: number): number => Math.round(bytes / 1_000);
const [only = '', ...counts] = process.argv.slice(2);

for (const load of Object.keys(LOADS).filter((name) => name.includes(only))) {
  const rows: object[] = [];
  for (const slow of counts.length > 0 ? [0, ...counts.map(Number)] : [0, 1, 10, 100]) {
    const child = fork(new URL('slow-client-server.js', import.meta.url), [`${slow}`, load]);
    const [told] = (await once(child, 'message')) as [Told];
    rows.push({
      [load]: `${slow} slow`,
      'live, kB': kB(told.liveBytes),
      'free when each has gone, kB': kB(told.freedBytes),
      'the most at any time, kB': kB(told.mostHeldBytes),
      'waits in each socket, kB': kB(told.heldBytes),
      'most in one, kB': kB(told.mostBytes),
      'kernel for each, kB': kB(told.kernelBytes),
      'the fast one read on': told.readOn,
      stuck: told.stuck,
    });
    await once(child, 'exit');
  }
  console.table(rows);
}
