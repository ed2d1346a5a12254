import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sampleBatch } from '../../../core/testing/sample-batches.js';
import { sampleNode } from '../../../core/testing/sample-nodes.js';
import { AmqpRig } from '../../support/amqp/amqp-rig.js';
import { eventually, PATIENCE_MS } from '../../support/amqp/eventually.js';
import { QueueReader } from '../../support/amqp/queue-reader.js';
import { Rabbitmq, withoutRabbitmq } from '../../support/amqp/rabbitmq.js';

const THREE = Array.from({ length: 3 }, () => sampleNode('consumer'));

describe.skipIf(withoutRabbitmq)('the amqp plugin publishes to a real RabbitMQ', { timeout: 300_000 }, () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    broker = await Rabbitmq.start();
  }, 180_000);
  afterAll(() => broker?.remove());

  it('each event as a persistent message with the properties of its record', async () => {
    await using reader = await QueueReader.bound(broker.url, 'properties');
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'properties' } });
    const [id] = rig.publish(1);
    await eventually(() => assert.equal(reader.messages.length, 1));

    const { fields, properties, content } = reader.messages[0]!;
    const record = JSON.parse(content.toString()) as { id: string; time: string; type: string };
    assert.equal(record.id, id);
    assert.equal(fields.exchange, 'properties');
    assert.equal(fields.routingKey, 'sfu.sample-node.producer.paused');
    assert.equal(properties.messageId, id);
    assert.equal(properties.type, 'producer.paused');
    assert.equal(properties.appId, 'sfuscope');
    assert.equal(properties.contentType, 'application/json');
    assert.equal(properties.deliveryMode, 2);
    assert.equal(properties.timestamp, Math.floor(Date.parse(record.time) / 1000));
  });

  it('thousands of events in their order, once each', async () => {
    await using reader = await QueueReader.bound(broker.url, 'order');
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'order' } });
    const ids = rig.publish(5_000);
    await eventually(() => assert.equal(reader.messages.length, ids.length));

    assert.deepEqual(reader.ids, ids);
    await rig.delivered(ids.length);
    assert.equal(rig.counters.unconfirmed, 0);
  });

  it('a batch of samples as one message that need not survive', async () => {
    await using reader = await QueueReader.bound(broker.url, 'samples', '*.*.consumer.sampled');
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'samples' } });
    rig.set.deliver(sampleBatch('consumer', { entities: THREE }));
    await eventually(() => assert.equal(reader.messages.length, 1));

    const { properties } = reader.messages[0]!;
    const [record] = reader.records as { data: { rows: unknown[] } }[];
    assert.equal(properties.deliveryMode, 1);
    assert.equal(record?.data.rows.length, 3);
  });

  it('no samples, and asks for none, when they are switched off', async () => {
    await using rig = await AmqpRig.started({ url: broker.url, samples: false });

    assert.equal(rig.set.wantedKinds().size, 0);
  });

  it('only what the filter takes', async () => {
    await using reader = await QueueReader.bound(broker.url, 'filtered');
    await using rig = await AmqpRig.started({
      url: broker.url,
      exchange: { name: 'filtered' },
      types: ['consumer.*'],
    });
    rig.publish(3);
    rig.set.deliver(sampleBatch('producer'));
    rig.set.deliver(sampleBatch('consumer'));
    await eventually(() => assert.equal(reader.messages.length, 1));

    assert.equal(reader.messages[0]?.properties.type, 'consumer.sampled');
  });

  it('GELF when asked to', async () => {
    await using reader = await QueueReader.bound(broker.url, 'gelf');
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'gelf' }, format: 'gelf' });
    const [id] = rig.publish(1);
    await eventually(() => assert.equal(reader.messages.length, 1));

    const [message] = reader.records as Record<string, unknown>[];
    assert.equal(message?.version, '1.1');
    assert.equal(message?._record_id, id);
  });

  it.each(['quorum', 'classic'] as const)('into a %s queue that it declares and binds', async (type) => {
    const queue = { name: `kept-${type}`, type, bindingKeys: ['sfu.*.producer.#'] };
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: `kept-${type}` }, queue });
    const ids = rig.publish(100);
    await rig.delivered(100);

    await using reader = await QueueReader.drain(broker.url, queue.name, (count) => count === 100, PATIENCE_MS);
    assert.deepEqual(reader.ids, ids);
  });

  it('and counts what no queue received', async () => {
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'nobody-listens' } });
    rig.publish(20);
    await rig.delivered(20);

    assert.equal(rig.counters.unroutable, 20);
    assert.match(rig.trouble, /reached no queue/);
    assert.equal(rig.logged.filter((line) => line.includes('no queue')).length, 1);
  });

  it('the rest without a record that is too large, which is counted', async () => {
    await using reader = await QueueReader.bound(broker.url, 'sizes');
    await using rig = await AmqpRig.started({
      url: broker.url,
      exchange: { name: 'sizes' },
      maxMessageBytes: 2_048,
    });
    rig.set.deliver(sampleBatch('consumer', { entities: Array.from({ length: 500 }, () => sampleNode('consumer')) }));
    const [id] = rig.publish(1);
    await eventually(() => assert.equal(reader.messages.length, 1));

    assert.equal(reader.messages[0]?.properties.messageId, id);
    assert.equal(rig.counters.latestDroppedEncoding, 1);
    assert.ok(
      rig.logged.some((line) => line.includes('larger than maxMessageBytes')),
      rig.told,
    );
  });

  it('to an exchange with any name, in a virtual host that is written percent-encoded', async () => {
    await using rig = await AmqpRig.started({ url: `${broker.url}/%2F`, exchange: { name: 'names ä.#' } });
    rig.publish(1);
    await rig.delivered(1);
  });

  it('closes its connection when it stops', async () => {
    const rig = await AmqpRig.started({ url: broker.url });
    await rig.waitFor(({ counters }) => counters.connected === 1, 'connected');
    await rig.stop();

    const connections = await broker.control('list_connections', 'client_properties', '--quiet');
    assert.ok(!connections.includes('"amqp"'), connections);
  });
});
