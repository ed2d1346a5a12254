import { beforeEach, expect, it } from 'vitest';
import type { Clock } from '../../../core/clock.js';
import type { Reading, Source } from '../../../core/source.js';
import { Probe } from '../../../core/sampling/probe.js';
import { Subject } from '../../../core/sampling/subject.js';
import { Table } from '../../../core/sampling/table.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

const DEADLINE_MS = 5_000;

/** A clock of a process that is held up: time passes, and what fell due meanwhile runs late. */
class LateClock implements Clock {
  readonly #timers = new Set<{ readonly due: number; readonly callback: () => void }>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number) {
    const timer = { due: this.#now + ms, callback };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  setInterval(): never {
    throw new Error('a probe needs no interval');
  }

  /** What is due after so many ms runs then, and not before. */
  holdUp(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter((timer) => timer.due <= this.#now);
    for (const timer of due) if (this.#timers.delete(timer)) timer.callback();
  }
}

let clock: LateClock;
let told: string[];
let answer: (reading: Reading) => void;
let probe: Probe;

beforeEach(() => {
  const kit = new GraphKit();
  const key = kit.worker();
  const node = kit.graph.snapshot().find('worker', key)!;
  clock = new LateClock();
  told = [];
  const source = {
    read: () =>
      new Promise<Reading>((resolve) => {
        answer = resolve;
      }),
  } as Partial<Source> as Source;
  probe = new Probe(new Subject(new Table('worker'), node, 0), source, clock, DEADLINE_MS, {
    answered: () => told.push('answered'),
    failed: () => told.push('failed'),
    hung: () => told.push('hung'),
    recovered: () => told.push('recovered'),
  });
});

it('does not take a worker to hang when it was this process that was held up', async () => {
  probe.ask();
  // The event loop runs timers first, and only then reads the answer that has been waiting.
  clock.holdUp(10 * DEADLINE_MS);
  answer({ timestamp: 1, values: {}, streams: [] });
  await turn();
  clock.holdUp(10 * DEADLINE_MS);

  expect(told).toEqual(['answered']);
});

it('takes a worker to hang that has not answered a moment after its deadline either', async () => {
  probe.ask();
  clock.holdUp(10 * DEADLINE_MS);
  await turn();
  expect(told).toEqual([]);
  clock.holdUp(100);

  expect(told).toEqual(['hung']);
  answer({ timestamp: 1, values: {}, streams: [] });
  await turn();
  expect(told).toEqual(['hung', 'recovered', 'answered']);
});
