import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { Rabbitmq, withoutRabbitmq } from '../support/amqp/rabbitmq.js';
import { FAULTS, runFault } from './fault-run.js';

/** Few enough to end soon; `npm run chaos` does the same at length. */
const SEEDS = [101, 102];

describe.skipIf(withoutRabbitmq)('the amqp plugin loses nothing and keeps the order when', { timeout: 300_000 }, () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    broker = await Rabbitmq.start();
  }, 180_000);
  afterAll(() => broker?.remove());

  const scenes = {
    stop: 'the broker is gone for a while',
    freeze: 'the broker stands still for a while',
    cut: 'connections are cut in the middle of confirmations',
    kill: 'its process is killed while the broker is away',
  };
  describe.each(FAULTS)('%s:', (fault) => {
    it.each(SEEDS)(`${scenes[fault]} (seed %i)`, async (seed) => {
      const report = await runFault(broker, { seed, fault, records: 2_000, perSecond: 2_000, outageMs: 1_000 });

      assert.deepEqual(report.broken, []);
      assert.ok(report.received > 0);
    });
  });
});
