import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import type { EntityKey } from '../../../core/model/entity.js';
import { samplingOptions } from '../../../core/sampling/options.js';
import { Sampler } from '../../../core/sampling/sampler.js';
import type { Askable, ReadingReceiver } from '../../../core/source.js';
import { FakeSource } from '../../support/fake-source.js';
import { GraphKit } from '../../support/graph-kit.js';
import { SamplingKit } from '../../support/sampling-kit.js';
import { eventually } from '../../support/until.js';

describe('50,000 entities', () => {
  const INTERVAL = 5_000;
  const WORKERS = 4;
  const TRANSPORTS = 25;
  const CONSUMERS = 490;

  function crowd(): SamplingKit {
    const kit = new SamplingKit({ sampling: { intervalMs: INTERVAL, hotForMs: 0 } });
    for (let w = 0; w < WORKERS; w++) {
      const router = kit.open.router(kit.open.worker(100 + w), `r${w}`);
      for (let t = 0; t < TRANSPORTS; t++) {
        const transport = kit.open.transport(router, `t${w}-${t}`);
        for (let c = 0; c < CONSUMERS; c++) kit.open.consumer(transport, `c${w}-${t}-${c}`, null);
      }
    }
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.source.latencyMs = 3;
    kit.sampler.start();
    return kit;
  }

  it('have their transports sampled in every tick and their consumers in turns, one request each, and the status says so', async () => {
    const kit = crowd();
    const seen = new Set<EntityKey>();
    for (let tick = 1; tick <= 10; tick++) {
      await kit.clock.advanceAsync(INTERVAL);
      const asked = kit.source.asked.splice(0);
      const consumers = asked.filter(({ kind }) => kind === 'consumer').map(({ key }) => key);
      for (const key of consumers) {
        expect(seen.has(key), 'nobody has a second turn before all others have had one').toBe(false);
        seen.add(key);
      }
      // The first tick ends within the second interval.
      if (tick === 1) continue;
      expect(asked.filter(({ kind }) => kind === 'transport')).toHaveLength(WORKERS * TRANSPORTS);
    }

    const { sampling, cpuShare } = kit.sampler.status();
    const of = (kind: string) => sampling.find((status) => status.kind === kind)!;
    expect(of('transport').coverage).toBe(1);
    expect(of('transport').sweepAgeMs).toBeLessThanOrEqual(2 * INTERVAL);
    expect(of('consumer').coverage).toBeGreaterThan(0);
    expect(of('consumer').coverage).toBeLessThan(0.1);
    expect(of('consumer').sweepAgeMs).toBeGreaterThan(8 * INTERVAL);
    expect(cpuShare).toBeLessThanOrEqual(0.0101);
    expect(kit.told('monitor.backedOff').map(({ data }) => data.kind)).toEqual(['consumer']);
    expect(kit.source.askedTwice).toBe(0);
    expect(kit.source.inspected).toBe(0);
    expect(kit.source.peakInFlight).toBeLessThanOrEqual(WORKERS * 65);
    kit.sampler.stop();
  });

  it('hand over what a tick sampled in batches of bounded length, each entity once, all with the coverage of the tick', async () => {
    const kit = new SamplingKit({ sampling: { intervalMs: INTERVAL, cpuShare: 1 } });
    const transport = kit.open.transport(kit.open.router(kit.open.worker(), 'r'), 't');
    for (let i = 0; i < 1_000; i++) kit.open.consumer(transport, `c${i}`, null);
    kit.sampler.lease({ kinds: ['consumer'] });
    kit.sampler.start();

    await kit.clock.advanceAsync(1.9 * INTERVAL);

    const batches = kit.batches.filter(({ kind }) => kind === 'consumer');
    const keys = batches.flatMap(({ entities }) => entities.map(({ key }) => key));
    expect(new Set(keys).size).toBe(1_000);
    expect(keys).toHaveLength(1_000);
    for (const batch of batches) expect(batch).toMatchObject({ tick: 1, coverage: 1 });
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(64);
    kit.sampler.stop();
  });
});

describe('a machine on which asking and taking an answer take long', () => {
  const STEP_MS = 0.01;
  const CONSUMERS = 200;

  it('has no more asked in one turn of the event loop than fits, and the rest in later turns of the same tick', async () => {
    const graphKit = new GraphKit({ publish: () => {} });
    const transport = graphKit.transport(graphKit.router(graphKit.worker(), 'r'), 't');
    for (let c = 0; c < CONSUMERS; c++) graphKit.consumer(transport, `c${c}`, null);
    const { clock } = graphKit;
    let spentMs = 0;
    let inTurn = 0;
    const turns: number[] = [];
    const endTurn = (): void => {
      turns.push(inTurn);
      inTurn = 0;
    };
    const source = new FakeSource(clock, (key) => graphKit.graph.get(key)?.worker);
    const sampler = new Sampler({
      graph: graphKit.graph,
      source: Object.assign(source, {
        ask({ kind, key }: Askable, receiver: ReadingReceiver) {
          if (inTurn++ === 0) setImmediate(endTurn);
          spentMs += STEP_MS;
          void source.read(kind, key).then((reading) => receiver.answered(reading));
        },
      }),
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic() + spentMs,
        setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
        setInterval: (callback, ms) => clock.setInterval(callback, ms),
      },
      logger: graphKit.logger,
      options: samplingOptions.parse({ cpuShare: 1 }),
      onBatch: () => {},
      residentMemory: () => Number.NaN,
      cpuTime: () => spentMs,
    });
    sampler.lease({ kinds: ['consumer'] });
    sampler.start();

    await clock.advanceAsync(9_000);

    expect(turns.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(CONSUMERS);
    expect(Math.max(...turns)).toBeLessThanOrEqual(0.75 / STEP_MS + 8);
    expect(sampler.status().lanes[0]).toMatchObject({ ticks: 1, ticksSkipped: 0 });
    sampler.stop();
  });
});

describe('a thread that something else keeps busy', () => {
  let stop = (): void => {};

  afterEach(() => stop());

  it('has its workers probed and transports sampled all the same, and everything once it is free again', async () => {
    const graphKit = new GraphKit({ publish: () => {} });
    const router = graphKit.router(graphKit.worker(), 'r');
    for (let t = 0; t < 20; t++) {
      const transport = graphKit.transport(router, `t${t}`);
      for (let c = 0; c < 100; c++) graphKit.consumer(transport, `c${t}-${c}`, null);
    }
    const sampler = new Sampler({
      graph: graphKit.graph,
      source: new FakeSource(systemClock, (key) => graphKit.graph.get(key)?.worker),
      clock: systemClock,
      logger: graphKit.logger,
      options: samplingOptions.parse({ intervalMs: 100, cpuShare: 1, probeDeadlineMs: 60_000 }),
      onBatch: () => {},
      residentMemory: () => Number.NaN,
    });
    let busy = true;
    const hold = (): void => {
      const until = performance.now() + 40;
      while (performance.now() < until);
      if (busy) setImmediate(hold);
    };
    stop = () => {
      busy = false;
      sampler.stop();
    };
    sampler.lease({ kinds: ['consumer'] });
    sampler.start();
    hold();
    const transports = () => sampler.status().sampling.find(({ kind }) => kind === 'transport')!;
    const lane = () => sampler.status().lanes[0]!;

    for (let round = 0; round < 3; round++) {
      const { ticks } = lane();
      const { ok } = transports().requests;
      await eventually(() => {
        expect(lane().ticks).toBeGreaterThan(ticks);
        expect(transports().requests.ok).toBeGreaterThanOrEqual(ok + 20);
      });
    }
    expect(lane().hung).toBe(false);

    busy = false;
    await eventually(() => {
      const [consumer] = sampler.status().sampling.filter(({ kind }) => kind === 'consumer');
      expect(consumer!.coverage).toBe(1);
      expect(consumer!.sweepAgeMs).not.toBeNull();
    });
  });
});
