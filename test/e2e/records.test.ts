import * as mediasoup from 'mediasoup';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import {
  createMonitor,
  definePlugin,
  inject,
  injectable,
  type Monitor,
  type MonitorPlugin,
  RECORDS,
  type RecordMaker,
  SAMPLED_KINDS,
  type SfuRecord,
  use,
} from '../../core/index.js';
import { DemoSfu } from '../../server/demo/demo-sfu.js';
import { recordFaults } from '../support/record-check.js';
import { RecordingLogger } from '../support/recording-logger.js';

const WITHIN = { timeout: 60_000, interval: 100 };

let received: unknown[] = [];
const take = (record: SfuRecord | null): void => {
  if (record !== null) received.push(JSON.parse(JSON.stringify(record)));
};

/** Keeps every record as a broker would deliver it. */
@injectable()
class Collector implements MonitorPlugin {
  constructor(@inject(RECORDS) records: RecordMaker) {
    Object.assign(this, {
      onEvents: (events: Parameters<NonNullable<MonitorPlugin['onEvents']>>[0]) => {
        for (const event of events) take(records.ofEvent(event));
      },
      onSamples: (batch: Parameters<RecordMaker['ofSamples']>[0]) => take(records.ofSamples(batch)),
    });
  }
}

const collector = definePlugin({
  name: 'collector',
  apiVersion: 1,
  options: z.strictObject({}),
  interest: { events: 'all', samples: 'all' },
  plugin: Collector,
});

describe('the records of a run of the demo', () => {
  let monitor: Monitor | undefined;
  let sfu: DemoSfu | undefined;

  afterEach(async () => {
    await sfu?.stop();
    await monitor?.stop();
    received = [];
  });

  it('fit the published schema, have an id each, and hold detail of the room that was switched on', async () => {
    monitor = createMonitor({
      mediasoup,
      logger: new RecordingLogger(),
      sampling: { intervalMs: 1_000 },
      records: { node: 'demo', appData: ['peerId'] },
      plugins: [use(collector)],
    });
    await monitor.start();
    sfu = await DemoSfu.start(mediasoup, { rooms: 2, peers: 2, workers: 2, lively: false });
    const records = (): SfuRecord[] => received as SfuRecord[];
    const types = (): Set<string> => new Set(records().map(({ type }) => type));
    await vi.waitFor(() => {
      for (const kind of SAMPLED_KINDS) expect(types()).toContain(`${kind}.sampled`);
      expect(types()).toContain('consumer.mediaStarted');
    }, WITHIN);
    const room = records().find(({ room: name }) => name !== null)?.room ?? '';
    monitor.debug({ room }, 60);
    expect(monitor.report({ room, peer: 'ann' }, { type: 'inbound-rtp', framesDropped: 3 })).toBe(true);
    await sfu.stop();
    await monitor.stop();

    const faults = records().flatMap((record) => recordFaults(record).map((fault) => `${record.type}${fault}`));
    expect(faults).toEqual([]);
    expect(new Set(records().map(({ id }) => id)).size).toBe(records().length);
    expect(new Set(records().map(({ node }) => node))).toEqual(new Set(['demo']));
    expect(types()).toContain('worker.closed');
    expect(records().find(({ type }) => type === 'peer.reported')).toMatchObject({
      room,
      peer: 'ann',
      level: 'INFO',
      data: { report: { framesDropped: 3 } },
    });
    const consumer = records().find(({ type }) => type === 'consumer.closed');
    expect(consumer?.appData).toEqual({ peerId: consumer?.peer });
    const detail = records().filter((record) => record.level === 'DEBUG' && record.class === 'durable');
    expect(detail.every((record) => record.room === room)).toBe(true);
  }, 120_000);
});
