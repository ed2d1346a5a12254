import { setImmediate as nextTurn } from 'node:timers/promises';
import { median } from '../suite/statistics.js';
import { type Cost, costOf } from '../support/turns.js';
import { MODES, QUERIES } from './snapshot-modes.js';

// One mode in a process of its own: measures a few answers each time it is told to. Without a parent it answers for so many seconds as
// are given, for a profiler.

const [name = '', secondsOrNothing, queryName] = process.argv.slice(2);
const mode = await MODES[name as keyof typeof MODES]();

const WARM_UP = 8;
const RUNS = 3;
/** Answers that are measured together: one alone is too short. */
const TOGETHER: Readonly<Record<string, number>> = { '10,000 entities': 1, 'a page of 500': 10, 'next to nothing': 50 };

async function measure(query: keyof typeof QUERIES): Promise<Cost> {
  const together = TOGETHER[query]!;
  const costs: Cost[] = [];
  for (let i = 0; i < RUNS; i++) {
    costs.push(
      await costOf(async () => {
        for (let n = 0; n < together; n++) {
          await mode.answer(QUERIES[query]);
          await nextTurn();
        }
      }),
    );
  }
  return {
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)) / together,
    longestTurnMs: median(costs.map(({ longestTurnMs }) => longestTurnMs)),
  };
}

if (process.send === undefined) {
  const query = QUERIES[queryName as keyof typeof QUERIES];
  const until = performance.now() + Number(secondsOrNothing) * 1_000;
  while (performance.now() < until) await mode.answer(query);
  await mode.stop();
} else {
  for (const query of Object.keys(QUERIES) as (keyof typeof QUERIES)[]) {
    for (let i = 0; i < WARM_UP * TOGETHER[query]!; i++) await mode.answer(QUERIES[query]);
  }
  process.on('message', (query: keyof typeof QUERIES) => void measure(query).then((cost) => process.send!(cost)));
  process.once('disconnect', () => void mode.stop());
  process.send('ready');
}
