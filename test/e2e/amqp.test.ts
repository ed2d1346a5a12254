import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { stringify } from 'yaml';
import { eventually } from '../support/amqp/eventually.js';
import { QueueReader } from '../support/amqp/queue-reader.js';
import { Rabbitmq, withoutRabbitmq } from '../support/amqp/rabbitmq.js';
import { Program } from '../support/program.js';
import { recordFaults } from '../support/record-check.js';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

interface Received {
  readonly id: string;
  readonly seq: number;
  readonly type: string;
  readonly class: string;
}

describe.skipIf(withoutRabbitmq)('the demo with the amqp plugin', { timeout: 300_000 }, () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    broker = await Rabbitmq.start();
  }, 180_000);
  afterAll(() => broker?.remove());

  it('sends records from its first to its last event, each as the published schema has it, once and in order', async () => {
    await using reader = await QueueReader.bound(broker.url, 'sfuscope');
    const config = {
      plugins: { amqp: { url: broker.url }, example: false, prometheus: false },
      sampling: { intervalMs: 1_000 },
      // The demo may be stopped before any consumer is a second old.
      summaries: { minDurationMs: 0 },
    };
    const file = writeFile(temporaryFolder(), 'demo.yaml', stringify(config));
    await using program = Program.run(['demo', '--port', '0', '--rooms', '1', '--peers', '3', '--config', file]);
    const types = (): Set<string> => new Set((reader.records as Received[]).map(({ type }) => type));
    await eventually(() => {
      for (const type of ['producer.created', 'consumer.created', 'consumer.sampled', 'transport.connected']) {
        assert.ok(types().has(type), `${type}: ${program.output}`);
      }
    });
    program.signal('SIGINT');
    assert.equal(await program.exited(), 0, program.output);
    await eventually(() => assert.ok(types().has('worker.closed'), [...types()].join()));

    const records = reader.records as Received[];
    for (const record of records) assert.deepEqual(recordFaults(record), [], JSON.stringify(record));
    assert.equal(new Set(records.map(({ id }) => id)).size, records.length);
    const seqs = records.filter((record) => record.class === 'durable').map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      seqs.toSorted((a, b) => a - b),
    );
    assert.ok(types().has('worker.created') && types().has('consumer.summarized'), [...types()].join());
  });
});
