import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig, RunResult } from '../sfu/protocol.js';
import { figuresOf } from './figures.js';
import { runOne } from './run-one.js';
import { Toolchain } from './toolchain.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SMALL: Omit<RunConfig, 'mode'> = {
  consumers: 100,
  workers: 1,
  standIn: false,
  intervalMs: 500,
  warmUpMs: 100,
  settleMs: 600,
  windowMs: 1_000,
  joinsPerSecond: 10,
  peers: null,
  amqpUrl: null,
};

describe('one run', () => {
  const { signal } = new AbortController();
  const tools = new Toolchain(ROOT, signal, () => undefined);
  let build: string;
  const launch = () => ({ program: join(build, 'main.js'), node: process.execPath, workerBin: undefined, signal });

  beforeAll(async () => {
    build = await tools.build();
  });

  it('measures everything there is to measure of a real worker', async () => {
    const full = await runOne({ ...SMALL, mode: 'full' }, launch());
    const { cpuMs, workerCpuMs, samples, loopDelay, longestTurnMs, rtp, rss, heapUsed, collections } = full;
    const all = [
      cpuMs,
      workerCpuMs,
      samples,
      loopDelay.p50,
      loopDelay.max,
      longestTurnMs,
      rtp?.p999,
      rss,
      heapUsed,
      collections,
    ];
    expect(all.every((value) => typeof value === 'number' && value >= 0)).toBe(true);
    expect(samples).toBeGreaterThan(0);
    expect(rtp?.received).toBeGreaterThan(0);
    expect(figuresOf(new Map([['full', [full]]]))).toHaveLength(1);
  });

  it('measures beside a stand-in what does not need media', async () => {
    const workerBin = tools.standIn(build, process.execPath);
    const found: RunResult = await runOne({ ...SMALL, mode: 'burst', standIn: true }, { ...launch(), workerBin });
    expect(found).toMatchObject({ workerCpuMs: null, rtp: null });
    expect(found.samples).toBeGreaterThan(0);
  });

  it('tells what went wrong', async () => {
    await expect(runOne({ ...SMALL, mode: 'amqp' }, launch())).rejects.toThrow('there is no broker');
  });
});
