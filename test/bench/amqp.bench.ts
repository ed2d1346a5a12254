import { connect } from 'amqplib';
import { bench, describe } from 'vitest';
import { type MonitorEvent, type MonitorPlugin, parseOptions, systemClock } from '../../core/index.js';
import { RecordingLogger, sampleEvent, sampleRecords } from '../../core/testing/index.js';
import { amqpOptions } from '../../plugins/amqp/options.js';
import { AmqpPlugin } from '../../plugins/amqp/plugin.js';
import { Rabbitmq, withoutRabbitmq } from '../support/amqp/rabbitmq.js';

const RECORDS = 10_000;
const PER_TURN = 256;
const QUEUE = { durable: true, arguments: { 'x-max-length': 1_000 } };
const EVENTS: readonly MonitorEvent[] = Array.from({ length: RECORDS }, (_, index) =>
  sampleEvent('producer.stalled', { silentMs: index }, { seq: index + 1 }),
);
const records = sampleRecords();

/** Deliveries of as many records, with the CPU of this process for a thousand of them told at the end. */
function measured(name: string, deliver: () => Promise<void>): void {
  const cpu = { records: 0, micros: 0, ms: 0 };
  bench(
    name,
    async () => {
      const before = process.cpuUsage();
      const began = performance.now();
      await deliver();
      const { user, system } = process.cpuUsage(before);
      cpu.records += RECORDS;
      cpu.micros += user + system;
      cpu.ms += performance.now() - began;
    },
    {
      iterations: 5,
      time: 2_000,
      warmupIterations: 1,
      warmupTime: 0,
      teardown: (_task, mode) => {
        if (mode !== 'run') return;
        const perSecond = Math.round((cpu.records / cpu.ms) * 1_000);
        console.info(`${name}: ${perSecond} records/s, ${(cpu.micros / cpu.records).toFixed(1)} ms of CPU for 1,000`);
      },
    },
  );
}

// Vitest runs no hooks around benchmarks, and ends their process; the broker ends with it.
if (!withoutRabbitmq) {
  const broker = await Rabbitmq.start();
  const model = await connect(broker.url);
  const channel = await model.createConfirmChannel();
  await channel.assertExchange('sfuscope', 'topic', { durable: true });
  await channel.assertQueue('bench', QUEUE);
  await channel.bindQueue('bench', 'sfuscope', '#');
  const plugin: MonitorPlugin = new AmqpPlugin(
    parseOptions(amqpOptions, { url: broker.url }, 'amqp'),
    new RecordingLogger(),
    systemClock,
    records,
    'amqp',
  );
  await plugin.start?.(AbortSignal.timeout(10_000));

  describe(`${RECORDS} records to RabbitMQ, persistent and confirmed`, () => {
    measured('bare amqplib, the same JSON, 256 at a time', async () => {
      for (let from = 0; from < RECORDS; from += PER_TURN) {
        for (const event of EVENTS.slice(from, from + PER_TURN)) {
          const record = records.ofEvent(event);
          channel.publish('sfuscope', 'sfu.node.producer.stalled', Buffer.from(JSON.stringify(record)), {
            persistent: true,
          });
        }
        await channel.waitForConfirms();
      }
    });

    measured('the amqp plugin', async () => {
      for (let from = 0; from < RECORDS; from += PER_TURN) {
        plugin.onEvents?.(EVENTS.slice(from, from + PER_TURN));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await plugin.flush?.(AbortSignal.timeout(60_000));
    });
  });
}
