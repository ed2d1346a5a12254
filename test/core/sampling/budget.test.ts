import { describe, expect, it } from 'vitest';
import { CostMeter } from '../../../core/sampling/cost-meter.js';
import { cpuTime } from '../../../core/sampling/cpu-time.js';
import { SamplingKit } from '../../support/sampling-kit.js';

/** A kit whose budget allows 25 requests a tick besides the worker and the transport, at the 70 µs each is taken to cost at first. */
function tightKit(consumers: number): SamplingKit {
  const kit = new SamplingKit({ sampling: { intervalMs: 1_000, cpuShare: 0.0019, hotForMs: 0, maxInFlight: 8 } });
  const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
  for (let i = 0; i < consumers; i++) kit.open.consumer(transport, `c${i}`, null);
  kit.sampler.lease({ kinds: ['consumer'] });
  kit.sampler.start();
  return kit;
}

describe('the budget', () => {
  it('lets consumers take turns when all of them are too many, and says so', async () => {
    const kit = tightKit(100);

    await kit.clock.advanceAsync(1_900);

    const asked = new Set(kit.source.takeAsked('consumer'));
    expect(asked.size).toBe(25);
    const status = kit.sampler.status();
    expect(status.cpuBudget).toBe(0.0019);
    expect(status.sampling.find(({ kind }) => kind === 'consumer')).toMatchObject({
      open: 100,
      wanted: true,
      coverage: 0.25,
      requests: { ok: 25, shed: 75 },
    });
    expect(kit.batches.find(({ kind }) => kind === 'consumer')).toMatchObject({ coverage: 0.25 });
    expect(kit.told('monitor.backedOff').map(({ data }) => data)).toEqual([{ kind: 'consumer', coverage: 0.25 }]);

    await kit.clock.advanceAsync(3_000);
    for (const key of kit.source.takeAsked('consumer')) asked.add(key);
    expect(asked.size).toBe(100);
    const { sweepAgeMs } = kit.sampler.status().sampling.find(({ kind }) => kind === 'consumer')!;
    expect(sweepAgeMs).toBeGreaterThan(3_000);
    expect(sweepAgeMs).toBeLessThanOrEqual(4_000);
    // On a still clock only what is spent outside our turns is left, which is 20 µs here.
    expect(kit.sampler.status().cpuShare).toBeCloseTo(27 * 0.000_02, 5);
    kit.sampler.stop();
  });

  it('lets consumers take turns even where transports alone are more than it allows', async () => {
    const kit = tightKit(20);
    const router = kit.open.graph.snapshot().all('router')[0]!.key;
    for (let i = 0; i < 60; i++) kit.open.transport(router, `t${i}`);

    await kit.clock.advanceAsync(1_900);
    // A quarter of the 27 that it allows.
    expect(kit.source.takeAsked('consumer')).toHaveLength(6);

    await kit.clock.advanceAsync(4_000);
    expect(new Set(kit.source.takeAsked('consumer')).size).toBe(20);
    kit.sampler.stop();
  });

  it('does not take a pause for a want of budget', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    for (let i = 0; i < 4; i++) kit.open.consumer(transport, `c${i}`, null);
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.sampler.start();
    const coverage = (): unknown => kit.sampler.status().sampling.find(({ kind }) => kind === 'consumer')?.coverage;
    await kit.clock.advanceAsync(1_900);
    expect(coverage()).toBe(1);

    for (const { key } of kit.open.graph.snapshot().all('consumer').slice(0, 3)) {
      kit.open.graph.change('consumer', key, { paused: true }, { type: 'consumer.paused', data: {} });
    }
    await kit.clock.advanceAsync(2_000);

    expect(kit.batches.at(-1)).toMatchObject({ kind: 'consumer', length: 1, coverage: 0.25 });
    expect(coverage()).toBe(1);
    kit.sampler.stop();
  });

  it('tells when everything is sampled again', async () => {
    const kit = tightKit(30);
    await kit.clock.advanceAsync(2_000);
    const consumers = kit.open.graph.snapshot().all('consumer');
    for (const { key } of consumers.slice(0, 10)) kit.open.graph.close(key, 'api');

    await kit.clock.advanceAsync(10_000);

    expect(kit.told('monitor.backedOff')).toHaveLength(1);
    expect(kit.told('monitor.caughtUp').map(({ data }) => data)).toEqual([{ kind: 'consumer' }]);
    kit.sampler.stop();
  });

  it('spreads the spurts of a long tick over the interval, within the window', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000, cpuShare: 1, maxInFlight: 64 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    for (let i = 0; i < 2_000; i++) kit.open.consumer(transport, `c${i}`, null);
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.source.latencyMs = 2;
    kit.sampler.start();

    await kit.clock.advanceAsync(1_140);
    // One spurt, and nothing after it.
    expect(kit.source.takeAsked()).toHaveLength(512);
    await kit.clock.advanceAsync(20);
    expect(kit.source.takeAsked()).not.toHaveLength(0);

    await kit.clock.advanceAsync(800);
    expect(kit.source.peakInFlight).toBeLessThanOrEqual(65);
    const { lastTickMs } = kit.sampler.status().lanes[0]!;
    expect(lastTickMs).toBeGreaterThan(400);
    expect(lastTickMs).toBeLessThan(700);
    kit.sampler.stop();
  });

  it('asks again when half of what is in flight was answered, without a rest, until the spurt is over', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000, cpuShare: 1, maxInFlight: 8 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    for (let i = 0; i < 200; i++) kit.open.consumer(transport, `c${i}`, null);
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.source.latencyMs = 1;
    kit.sampler.start();

    await kit.clock.advanceAsync(1_000 + 40);

    expect(kit.source.takeAsked()).toHaveLength(201);
    expect(kit.source.peakInFlight).toBeLessThanOrEqual(9);
    expect(kit.sampler.status().lanes[0]).toMatchObject({ ticks: 1, inFlight: 0 });
    kit.sampler.stop();
  });

  it('skips a tick while the last one still runs, and says so', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: 1_000, probeDeadlineMs: 60_000 } });
    const worker = kit.open.worker();
    kit.open.transport(kit.open.router(worker, 'r'), 't');
    kit.source.latencyMs = 2_500;
    kit.sampler.start();

    await kit.clock.advanceAsync(8_900);

    expect(kit.told('monitor.tickSkipped').map(({ data }) => data.reason)).toEqual(['running', 'running', 'running']);
    expect(kit.sampler.status().lanes[0]).toMatchObject({ ticks: 2, ticksSkipped: 5 });
    kit.sampler.stop();
  });
});

describe('the cost meter', () => {
  /** A meter on two clocks that only the work moves, and how often the CPU time was read. */
  class Machine {
    now = 0;
    cpu = 0;
    cpuReads = 0;
    endTurn = (): void => {};
    readonly meter = new CostMeter({
      monotonic: () => this.now,
      cpuTime: () => {
        this.cpuReads++;
        return this.cpu;
      },
      afterTurn: (callback) => {
        this.endTurn = callback;
      },
    });

    /** A section that begins at `at`, in a turn of its own if that is later. By default it has the processor all the time. */
    work(at: number, wallMs: number, { cpuMs = wallMs, asked = 0 } = {}): void {
      if (at > this.now + 0.25) this.endTurn();
      this.now = at;
      this.meter.section(() => {
        this.now += wallMs;
        this.cpu += cpuMs;
      });
      this.meter.asked(asked);
    }

    interval(at: number): void {
      this.now = at;
      this.meter.interval();
    }
  }

  it('adds up the sections of one turn of the event loop, and tells the longest of a minute', () => {
    const machine = new Machine();
    machine.work(100, 0.5);
    machine.work(100.6, 0.5);
    machine.work(200, 0.7);
    expect(machine.meter.turnMs).toBeCloseTo(0.7);
    machine.endTurn();
    expect(machine.meter.turnMs).toBe(0);

    expect(machine.meter.longestTurnMs()).toBeCloseTo(1.0);
    machine.now = 70_000;
    expect(machine.meter.longestTurnMs()).toBeNull();
  });

  it('tells the share of a core, with what is spent outside our turns', () => {
    const machine = new Machine();
    machine.work(10, 1, { asked: 100 });

    machine.interval(1_000);

    expect(machine.meter.share).toBeCloseTo((1 + 100 * 0.02) / 1_000);
  });

  it('counts what V8’s own threads did for it', () => {
    let now = 0;
    let cpu = 0;
    let engine = 0;
    const meter = new CostMeter({
      monotonic: () => now,
      cpuTime: () => cpu,
      processCpu: () => cpu + engine,
      engineCpu: () => engine,
      afterTurn: () => {},
    });
    for (let i = 0; i < 100; i++) {
      meter.section(() => {
        now += 10;
        cpu += 10;
      });
      engine += 4;
      meter.asked(200);
      now = (i + 1) * 5_000;
      meter.interval();
    }

    // In each interval 10 ms in sections and 200 times 0.02 ms outside; V8 collects for 6 ms what was made in 8, the rest of the 14 that the process took.
    expect(meter.share).toBeCloseTo((14 * 1.75) / 5_000, 4);
    expect(meter.perRequestMs).toBeCloseTo(0.07 * 1.75, 3);
  });

  it('does not count the time for which the machine let others run', () => {
    const machine = new Machine();
    machine.work(10, 0.2);
    machine.work(10.2, 30, { cpuMs: 0.4 });

    machine.interval(1_000);

    expect(machine.meter.longestTurnMs()).toBeCloseTo(0.6);
    expect(machine.meter.share).toBeCloseTo(0.6 / 1_000);
  });

  /** A meter whose sections take 0.5 ms, and in them others have the processor for as long as is said. */
  function heldUp(): {
    readonly meter: CostMeter;
    readonly work: (heldMs: number) => () => void;
  } {
    let now = 0;
    let held = 0;
    const meter = new CostMeter({
      monotonic: () => now,
      cpuTime: () => now,
      runDelay: () => held,
      afterTurn: () => {},
    });
    const work = (heldMs: number) => () => {
      now += 0.5 + heldMs;
      held += heldMs;
    };
    return { meter, work };
  }

  it('does not count the time for which others got the processor first', () => {
    const { meter, work } = heldUp();
    meter.section(work(8));
    meter.section(work(3));

    expect(meter.turnMs).toBeCloseTo(1);
    expect(meter.longestTurnMs()).toBeCloseTo(1);
  });

  it('counts no more than the time that passed, however many threads the CPU time is of', () => {
    const machine = new Machine();
    machine.work(10, 1, { cpuMs: 4 });

    expect(machine.meter.longestTurnMs()).toBeCloseTo(1);
  });

  it('reads the CPU time once for a turn of many short sections', () => {
    const machine = new Machine();
    const before = machine.cpuReads;
    for (let i = 0; i < 100; i++) machine.work(10 + i * 0.02, 0.01);

    expect(machine.cpuReads - before).toBe(1);
  });

  it('counts a section within another once', () => {
    const machine = new Machine();
    machine.meter.section(() => machine.work(0, 0.2));

    expect(machine.meter.longestTurnMs()).toBeCloseTo(0.2);
  });

  it('accounts for a section that throws', () => {
    const machine = new Machine();
    const fails = (): void =>
      machine.meter.section(() => {
        machine.now += 1;
        machine.cpu += 1;
        throw new Error('broken');
      });

    expect(fails).toThrow('broken');
    machine.work(50, 2);
    expect(machine.meter.longestTurnMs()).toBeCloseTo(2);
  });

  it('learns the cost of a request, but not from the first requests alone, for which code was never run before', () => {
    const machine = new Machine();
    machine.work(10, 100, { asked: 200 });
    machine.interval(5_000);
    expect(machine.meter.perRequestMs).toBeLessThan(0.15);

    for (let i = 1; i <= 40; i++) {
      machine.work(i * 5_000 + 10, 6, { asked: 200 });
      machine.interval((i + 1) * 5_000);
    }

    expect(machine.meter.perRequestMs).toBeCloseTo(0.03 + 0.02, 3);
  });

  it('reads the CPU time of this process', () => {
    const before = cpuTime();
    while (cpuTime() - before < 1);

    expect(cpuTime() - before).toBeGreaterThanOrEqual(1);
    expect(cpuTime() - before).toBeLessThan(10_000);
  });
});
