import { fork } from 'node:child_process';
import { once } from 'node:events';
import { median } from '../suite/statistics.js';
import type { Cost } from '../support/turns.js';
import { MODES, QUERIES } from './snapshot-modes.js';

// What a snapshot and a page cost, beside floors: each mode in a process of its own, all of them in turns, medians of the rounds.

const ROUNDS = 5;

const only = process.argv.slice(2);
const names = Object.keys(MODES).filter((name) => only.length === 0 || only.some((part) => name.includes(part)));

const processes = new Map<string, ReturnType<typeof fork>>();
for (const name of names) {
  const child = fork(new URL('snapshot-mode.js', import.meta.url), [name]);
  await once(child, 'message');
  processes.set(name, child);
}

for (const query of Object.keys(QUERIES)) {
  const costs = new Map<string, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const child = processes.get(name)!;
      const told = once(child, 'message');
      child.send(query);
      costs.get(name)!.push(((await told) as [Cost])[0]);
    }
  }
  const rows = names.map((name) => ({
    [query]: name,
    cpuMs: Number(median(costs.get(name)!.map(({ cpuMs }) => cpuMs)).toFixed(2)),
    longestTurnMs: Number(median(costs.get(name)!.map(({ longestTurnMs }) => longestTurnMs)).toFixed(2)),
  }));
  console.table(rows);
}

for (const child of processes.values()) child.disconnect();
