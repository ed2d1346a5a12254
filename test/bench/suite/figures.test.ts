import { describe, expect, it } from 'vitest';
import type { RunResult } from '../sfu/protocol.js';
import { type Figures, figuresOf } from './figures.js';
import type { ModeName } from './modes.js';

const DELAYS = { p50: 0.1, p99: 1, p999: 2, max: 3 };

function run(given: Partial<RunResult>): RunResult {
  return {
    node: 'v24.0.0',
    entities: 1_000,
    windowMs: 10_000,
    cpuMs: 200,
    engineCpuMs: 50,
    workerCpuMs: 100,
    samples: 0,
    loopDelay: DELAYS,
    longestTurnMs: null,
    rtp: { ...DELAYS, sent: 1_000, received: 990 },
    rss: 100_000_000,
    heapUsed: 50_000_000,
    collections: 10,
    collectionsMs: 20,
    note: null,
    ...given,
  };
}

function figures(runs: Partial<Record<ModeName, readonly RunResult[]>>): Record<string, Figures> {
  const found = figuresOf(new Map(Object.entries(runs) as [ModeName, RunResult[]][]));
  return Object.fromEntries(found.map((one) => [one.mode, one]));
}

describe('figures', () => {
  const BASE = { none: [run({})], burst: [run({ cpuMs: 600, workerCpuMs: 150, samples: 20_000 })] };

  it('tell the CPU above nothing attached, and of that itself in all', () => {
    const { none, burst } = figures(BASE);
    expect(none?.cpuShare).toBeCloseTo(0.02);
    expect(none?.workerShare).toBeCloseTo(0.01);
    expect(burst?.cpuShare).toBeCloseTo(0.04);
    expect(burst?.workerShare).toBeCloseTo(0.005);
    expect(burst?.ofBurst).toBeCloseTo(1);
  });

  it('tell the CPU of one sample', () => {
    const { burst, none } = figures(BASE);
    expect(burst?.usPerSample).toBeCloseTo(20);
    expect(none?.usPerSample).toBeNaN();
  });

  it('are medians, but for the worst turn', () => {
    const full = [100, 700, 900].map((cpuMs, i) => run({ cpuMs, samples: 20_000, longestTurnMs: 1 + i }));
    const found = figures({ ...BASE, full }).full;
    expect(found?.cpuShare).toBeCloseTo(0.05);
    expect(found?.ofBurst).toBeCloseTo(1.25);
    expect(found?.longestTurnMs).toBe(3);
    expect(found?.runs).toBe(3);
  });

  it('tell memory for each entity above nothing attached', () => {
    const { full } = figures({ ...BASE, full: [run({ heapUsed: 51_000_000, rss: 102_000_000 })] });
    expect(full?.heapPerEntity).toBe(1_000);
    expect(full?.rssPerEntity).toBe(2_000);
  });

  it('tell lost packets', () => {
    expect(figures(BASE).none?.rtpLost).toBeCloseTo(0.01);
  });

  it('leave unknown what is unknown', () => {
    const standIn = { workerCpuMs: null, rtp: null };
    const { none, full } = figures({ none: [run(standIn)], full: [run({ ...standIn, samples: 1 })] });
    expect(none?.workerShare).toBeNaN();
    expect(none?.rtp.p50).toBeNaN();
    expect(full?.ofBurst).toBeNaN();
    expect(full?.longestTurnMs).toBeNaN();
  });
});
