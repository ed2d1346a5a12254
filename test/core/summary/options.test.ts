import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CreateMonitorOptions, EventType, MonitorEvent } from '../../../core/index.js';
import type { MonitorEventOf } from '../../../core/model/events.js';
import type { SfuMonitor } from '../../../core/sfu-monitor.js';
import type { FakeTransport, FakeWorker } from '../../support/fake-sfu.js';
import type { ManualClock } from '../../support/manual-clock.js';
import { turns } from '../../support/plugins.js';
import { eventsOf, passTime, summaryScene } from '../../support/summary-kit.js';

const TICK_MS = 5_000;

describe('summaries by their options', () => {
  let clock: ManualClock;
  let monitor: SfuMonitor;
  let events: MonitorEvent[];
  let worker: FakeWorker;
  let ann: FakeTransport;
  let bob: FakeTransport;

  async function start(options: Partial<CreateMonitorOptions> = {}): Promise<void> {
    ({ clock, monitor, events, worker, ann, bob } = await summaryScene(options));
  }

  const pass = (ms: number): Promise<void> => passTime(clock, ms);
  const told = <T extends EventType>(type: T): MonitorEventOf<T>[] => eventsOf(events, type);
  const types = (): string[] => events.map(({ type }) => type);

  beforeEach(() => start());
  afterEach(() => monitor.stop());

  it('are not told of what was open for less than the least time, which still counts for its peer', async () => {
    const producer = ann.produce();
    await turns();
    clock.advance(900);
    producer.close();
    await pass(0);
    ann.close();
    await pass(0);

    expect(told('producer.summarized')).toEqual([]);
    expect(told('peer.summarized')[0]?.data.producers).toBe(1);
  });

  it('are told only of what the options name', async () => {
    await monitor.stop();
    await start({ summaries: { of: ['peer'] } });
    ann.produce();
    await pass(TICK_MS);
    worker.close();
    await pass(0);

    const summaries = types().filter((type) => type.endsWith('.summarized'));
    expect(summaries).toEqual(['peer.summarized', 'peer.summarized']);
    expect(told('peer.summarized').find(({ peer }) => peer === 'ann')?.data.producers).toBe(1);
  });

  it('cost no memory and are not told when they are switched off', async () => {
    await monitor.stop();
    await start({ summaries: { enabled: false } });
    ann.produce();
    await pass(TICK_MS);
    worker.close();
    await pass(0);

    expect(types().filter((type) => type.endsWith('.summarized'))).toEqual([]);
  });

  it('wait their turn when there are too many, and short ones are left out and counted', async () => {
    await monitor.stop();
    await start({ summaries: { of: ['consumer'], perSecond: 5, shortMs: 20_000 } });
    const producer = ann.produce();
    await turns();
    const long = Array.from({ length: 8 }, () => bob.consume(producer));
    await turns();
    clock.advance(30_000);
    const short = Array.from({ length: 4 }, () => bob.consume(producer));
    await turns();
    clock.advance(2_000);
    for (const consumer of [...long, ...short]) consumer.close();
    clock.advance(0);
    await turns();
    expect(told('consumer.summarized')).toHaveLength(5);
    await pass(5_000);

    expect(told('consumer.summarized').map(({ entity }) => entity?.id)).toEqual(long.map(({ id }) => id));
    expect(monitor.status().dropped.summaries).toBe(4);
  });

  it('beyond those that may wait are left out and counted', async () => {
    await monitor.stop();
    await start({ summaries: { of: ['consumer'], maxWaiting: 3 } });
    const producer = ann.produce();
    await turns();
    const consumers = Array.from({ length: 5 }, () => bob.consume(producer));
    await turns();
    clock.advance(40_000);
    for (const consumer of consumers) consumer.close();
    await pass(1_000);

    expect(told('consumer.summarized')).toHaveLength(3);
    expect(monitor.status().dropped.summaries).toBe(2);
  });
});
