import { fork } from 'node:child_process';
import { once } from 'node:events';
import { median } from '../suite/statistics.js';
import { FEEDS } from './fan-out-feeds.js';

// What one delivery of about 1 kB costs when many have the same subscription, beside bare sockets: each feed in a process of its own, all
// of them in turns, medians of the rounds. The subscriptions have ids of their own, as those of real clients have.

interface Told {
  readonly microseconds: number;
  readonly longestTurnMs: number;
}

const ROUNDS = 7;

for (const subscribers of [100, 1_000]) {
  const processes = new Map<string, ReturnType<typeof fork>>();
  const costs = new Map<string, Told[]>();
  for (const name of Object.keys(FEEDS)) {
    const child = fork(new URL('fan-out-feed.js', import.meta.url), [name, `${subscribers}`]);
    await once(child, 'message');
    processes.set(name, child);
    costs.set(name, []);
  }
  // The first round is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, child] of processes) {
      const told = once(child, 'message');
      child.send('measure');
      const [cost] = (await told) as [Told];
      if (round > 0) costs.get(name)!.push(cost);
    }
  }
  const rows = [...costs].map(([name, all]) => {
    const microseconds = median(all.map((one) => one.microseconds));
    return {
      subscribers,
      name,
      microseconds: Number(microseconds.toFixed(1)),
      'at 1 Hz, % of a core': Number(((microseconds * subscribers) / 10_000).toFixed(2)),
      longestTurnMs: Number(median(all.map((one) => one.longestTurnMs)).toFixed(1)),
    };
  });
  console.table(rows);
  for (const child of processes.values()) child.disconnect();
}
