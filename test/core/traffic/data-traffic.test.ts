import { beforeEach, describe, expect, it } from 'vitest';
import { DataChannels, type DataMoved } from '../../../core/traffic/data-channels.js';
import type { EntityKey } from '../../../core/model/entity.js';
import type { SampleBatch } from '../../../core/model/samples.js';
import { trafficOptions } from '../../../core/traffic/options.js';
import { TrafficLedger } from '../../../core/traffic/traffic-ledger.js';
import { GraphKit } from '../../support/graph-kit.js';
import { SamplingKit } from '../../support/sampling-kit.js';
import { type Report, recordReports } from './reports.js';

type DataKind = 'dataProducer' | 'dataConsumer';

const ALICE = { roomId: 'r', peerId: 'alice' };

let kit: GraphKit;
let router: EntityKey;
let reports: Report[];
let ledger: TrafficLedger;

beforeEach(() => {
  kit = new GraphKit({ publish: (event) => ledger.observe(event) });
  reports = [];
  ledger = new TrafficLedger({
    clock: kit.clock,
    options: trafficOptions.parse({}),
    emit: recordReports(reports),
  });
  ledger.start();
  router = kit.router(kit.worker(), 'router');
});

/** One tick of data producers or data consumers, each with its counters as they are now. */
function sample(kind: DataKind, rows: readonly (readonly [EntityKey, bytes: number, messages: number])[]): void {
  kit.graph.reidentify();
  ledger.observeBatch(batchOf(kind, rows) as SampleBatch<'dataProducer'>);
}

function batchOf(kind: DataKind, rows: readonly (readonly [EntityKey, number, number])[]): SampleBatch<DataKind> {
  const [bytes, messages, rest] = [
    Float64Array.from(rows, ([, count]) => count),
    Float64Array.from(rows, ([, , count]) => count),
    new Float64Array(rows.length).fill(Number.NaN),
  ];
  const columns = {
    bytesReceived: bytes,
    messagesReceived: messages,
    bytesSent: bytes,
    messagesSent: messages,
    messagesPerSecond: rest,
    bytesPerSecond: rest,
    bufferedAmount: rest,
  };
  const entities = rows.map(([key]) => kit.graph.snapshot().find(kind, key) ?? closedNode(key));
  const worker = 'w1' as EntityKey;
  const batch = { kind, worker, tick: 1, at: 0, length: rows.length, coverage: 1, entities, columns };
  return { ...batch, copy: () => batchOf(kind, rows) } as SampleBatch<DataKind>;
}

/** What a sample that was on its way still knows of an entity that has closed. */
function closedNode(key: EntityKey): object {
  return { key, parent: null, room: 'r', peer: 'alice' };
}

describe('data channels', () => {
  it('count for their peer: producers in, consumers out, the first count as a whole', () => {
    const transport = kit.transport(router, 't', ALICE);
    const producer = kit.dataProducer(transport, 'p');
    const consumer = kit.dataConsumer(transport, 'c', producer);

    sample('dataProducer', [[producer, 100, 2]]);
    sample('dataConsumer', [[consumer, 70, 1]]);
    sample('dataProducer', [[producer, 130, 3]]);
    kit.clock.advance(5_000);

    expect(reports).toEqual([
      { room: 'r', peer: 'alice', source: 'data', direction: 'in', bytes: 130, messages: 3, intervalMs: 5_000 },
      { room: 'r', peer: 'alice', source: 'data', direction: 'out', bytes: 70, messages: 1, intervalMs: 5_000 },
    ]);
    expect(ledger.peer('r', 'alice')?.data).toMatchObject({ bytesIn: 130, bytesOut: 70 });
    expect(ledger.room('r').data).toMatchObject({ messagesIn: 3, messagesOut: 1 });
    expect(ledger.room('r').signalling).toMatchObject({ messagesIn: 0 });
  });

  it('change nothing while their counters are unknown, and never count backwards', () => {
    const producer = kit.dataProducer(kit.transport(router, 't', ALICE), 'p');

    for (const bytes of [100, Number.NaN, 40, 100, 110]) sample('dataProducer', [[producer, bytes, Number.NaN]]);

    expect(ledger.peer('r', 'alice')?.data).toMatchObject({ bytesIn: 110, messagesIn: 0 });
  });

  it("that are nobody's yet are held until somebody is known", () => {
    const appData: Record<string, unknown> = {};
    const producer = kit.dataProducer(kit.transport(router, 't', appData), 'p');
    sample('dataProducer', [[producer, 100, 2]]);
    kit.clock.advance(5_000);
    expect(reports).toEqual([]);

    Object.assign(appData, ALICE);
    kit.graph.reidentify();
    sample('dataProducer', [[producer, 110, 3]]);
    kit.clock.advance(5_000);

    expect(reports).toMatchObject([{ room: 'r', peer: 'alice', bytes: 110, messages: 3, intervalMs: 10_000 }]);
  });

  it("that close unknown are reported as nobody's, with the room if that is known", () => {
    const transport = kit.transport(router, 't', { roomId: 'r' });
    const producer = kit.dataProducer(transport, 'p');
    sample('dataProducer', [[producer, 100, 2]]);

    kit.graph.close(producer, 'api');
    kit.clock.advance(5_000);

    expect(reports).toMatchObject([{ room: 'r', peer: null, bytes: 100, messages: 2 }]);
  });

  it("are reported when the ledger stops, also what is nobody's", () => {
    const [known, unknown] = [kit.transport(router, 't', ALICE), kit.transport(router, 'u')];
    sample('dataProducer', [
      [kit.dataProducer(known, 'p'), 1, 1],
      [kit.dataProducer(unknown, 'q'), 2, 1],
    ]);

    ledger.stop();

    expect(reports.map(({ peer, bytes }) => [peer, bytes])).toEqual([
      ['alice', 1],
      [null, 2],
    ]);
  });

  it('are not counted again by a sample that comes after their close', () => {
    const producer = kit.dataProducer(kit.transport(router, 't', ALICE), 'p');
    sample('dataProducer', [[producer, 100, 2]]);
    kit.graph.close(producer, 'api');

    sample('dataProducer', [[producer, 100, 2]]);
    kit.clock.advance(5_000);
    sample('dataProducer', [[producer, 100, 2]]);
    kit.clock.advance(5_000);

    expect(reports.map(({ bytes }) => bytes)).toEqual([100]);
  });

  it('on a pipe count nothing: what goes through it has been counted where it came from', () => {
    const transport = kit.transport(router, 't', ALICE, { type: 'pipe' });
    const producer = kit.dataProducer(transport, 'p');

    sample('dataProducer', [[producer, 100, 2]]);
    kit.clock.advance(5_000);

    expect(reports).toEqual([]);
  });
});

it('remembers nothing of closed channels', () => {
  const moved: DataMoved[] = [];
  const channels = new DataChannels((entry) => moved.push(entry));
  kit = new GraphKit({ publish: (event) => channels.observe(event) });
  router = kit.router(kit.worker(), 'router');
  const transport = kit.transport(router, 't', ALICE);

  for (let index = 0; index < 100; index++) {
    const producer = kit.dataProducer(transport, `p${index}`);
    channels.observeBatch(batchOf('dataProducer', [[producer, 1, 1]]) as SampleBatch<'dataProducer'>, 0);
    kit.graph.close(producer, 'api');
  }

  expect(moved).toHaveLength(100);
  expect(channels.size).toBe(0);
});

it('counts what the sampler reads of data channels', async () => {
  const sampling = new SamplingKit({ sampling: { intervalMs: 1_000, probeDeadlineMs: 500 } });
  const { clock } = sampling;
  const sampled = new TrafficLedger({ clock, options: trafficOptions.parse({}), emit: recordReports(reports) });
  sampling.onBatch = (batch) => sampled.observeBatch(batch);
  sampled.start();
  sampling.sampler.start();
  const lease = sampling.sampler.lease({ kinds: ['dataProducer'] });
  const worker = sampling.open.worker();
  const transport = sampling.open.transport(sampling.open.router(worker, 'r'), 't', ALICE);
  const producer = sampling.open.dataProducer(transport, 'p');
  let sent = 0;
  sampling.source.answer(producer, () => {
    sent += 10;
    return { values: { bytesReceived: sent, messagesReceived: sent / 10 } };
  });

  await clock.advanceAsync(20_000);
  lease.release();
  sampling.sampler.stop();
  sampled.stop();

  expect(sent).toBeGreaterThan(50);
  expect(reports.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sent);
});
