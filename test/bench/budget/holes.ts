import { setTimeout as delay } from 'node:timers/promises';
import { RunDelay } from '../../../core/dispatch/run-delay.js';

/**
 * How often a thread stands still that does nothing but look at the clock, though nobody else on this machine has its processor: what the
 * host of a virtual machine takes away. It is in the length of every turn, and cannot be told apart from it. First argument: seconds.
 */

const SECONDS = Number(process.argv[2] ?? 20);
/** Looked at in pieces, so that the machine is not kept from others for long. */
const PIECE_MS = 500;
const HOLE_MS = 0.75;
const LONG_MS = 2;

interface Hole {
  readonly ms: number;
  readonly runDelayMs: number;
}

const runDelay = new RunDelay();
const holes: Hole[] = [];

function look(): void {
  const until = performance.now() + PIECE_MS;
  let delayed = runDelay.ms();
  let last = performance.now();
  while (last < until) {
    const now = performance.now();
    if (now - last >= HOLE_MS) {
      const delayedNow = runDelay.ms();
      holes.push({ ms: now - last, runDelayMs: delayedNow - delayed });
      delayed = delayedNow;
      last = performance.now();
    } else {
      last = now;
    }
  }
}

for (let looked = 0; looked < SECONDS * 1_000; looked += PIECE_MS) {
  look();
  await delay(1);
}
const unexplained = holes.filter(({ ms, runDelayMs }) => ms - runDelayMs >= HOLE_MS);
const long = unexplained.filter(({ ms, runDelayMs }) => ms - runDelayMs >= LONG_MS);
const longest = unexplained.reduce((most, { ms, runDelayMs }) => Math.max(most, ms - runDelayMs), 0);
console.log(
  `${SECONDS} s of looking at the clock: ${holes.length} holes of ${HOLE_MS} ms and more; without run delay ${unexplained.length}, ` +
    `${long.length} of them of ${LONG_MS} ms and more, the longest ${longest.toFixed(1)} ms`,
);
runDelay.close();
