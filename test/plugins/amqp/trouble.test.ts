import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'amqplib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AmqpRig } from '../../support/amqp/amqp-rig.js';
import { eventually, PATIENCE_MS } from '../../support/amqp/eventually.js';
import { QueueReader } from '../../support/amqp/queue-reader.js';
import { Rabbitmq, withoutRabbitmq } from '../../support/amqp/rabbitmq.js';
import { TcpProxy } from '../../support/tcp-proxy.js';

const PASSWORD = 'correct-horse-battery';
const MOST_BYTES = 20_000;

describe.skipIf(withoutRabbitmq)('the amqp plugin in trouble', { timeout: 300_000 }, () => {
  let broker: Rabbitmq;
  beforeAll(async () => {
    const rights = { vhost: '/', configure: '.*', write: '.*', read: '.*' };
    broker = await Rabbitmq.start({
      users: [
        { name: 'reader', password: PASSWORD, ...rights, write: '' },
        { name: 'user', password: PASSWORD, ...rights },
      ],
      configuration: [`max_message_size = ${MOST_BYTES}`],
    });
  }, 180_000);
  afterAll(() => broker?.remove());

  /** Starts it with these options, waits until its health says so, and gives what it told then. */
  async function troubleOf(options: ConstructorParameters<typeof AmqpRig>[0], expected: RegExp): Promise<AmqpRig> {
    const rig = await AmqpRig.started(options);
    rig.publish(3);
    await rig.waitFor(
      ({ trouble, counters }) => expected.test(trouble) && (counters.connectionFailures ?? 0) >= 3,
      `${expected}`,
    );
    return rig;
  }

  /** Waits until that many different records were read. The broker may confirm a record before it hands it to those who read. */
  const readAll = (reader: QueueReader, count: number): Promise<void> =>
    eventually(() => assert.equal(new Set(reader.ids).size, count));

  /** The cause is told once, however often it was tried, and nothing was lost. */
  function assertToldOnce(rig: AmqpRig, expected: RegExp): void {
    const lines = rig.logged.filter((line) => expected.test(line));
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.ok(!rig.told.includes(PASSWORD));
    assert.equal(rig.counters.queueLength, 3);
  }

  it('starts without a broker, names what is wrong once, and delivers when one comes', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    assert.ok(typeof address === 'object' && address !== null);
    await new Promise((resolve) => listener.close(resolve));
    await using rig = await troubleOf({ url: `amqp://127.0.0.1:${address.port}` }, /nothing listens there/);
    assertToldOnce(rig, /nothing listens there/);
  });

  it.each([
    ['a password in its options', (url: string) => ({ url, username: 'user', password: `${PASSWORD}!` })],
    ['a password in its URL', (url: string) => ({ url: url.replace('//', `//user:${PASSWORD}!@`) })],
  ])('names a wrong password once and never tells it: %s', async (_, options) => {
    await using rig = await troubleOf(options(broker.url), /wrong user name or password for 'user'/);
    assertToldOnce(rig, /wrong user name or password/);
  });

  it('names a host that does not exist', async () => {
    await using rig = await troubleOf({ url: 'amqp://nowhere.invalid' }, /host name is not known/);
    assertToldOnce(rig, /host name is not known/);
  });

  it('names a virtual host that does not exist', async () => {
    await using rig = await troubleOf({ url: broker.url, vhost: 'a/b c%2F' }, /no virtual host 'a\/b c%2F'/);
    assertToldOnce(rig, /no virtual host/);
  });

  it('names a port that does not answer', async () => {
    await using proxy = await TcpProxy.start(broker.port);
    proxy.stall();
    await using rig = await troubleOf(
      { url: `amqp://127.0.0.1:${proxy.port}`, connectTimeoutMs: 200 },
      /no answer within 0.2 s/,
    );
    assertToldOnce(rig, /no answer/);
    proxy.resume();
    await rig.delivered(3);
  });

  it('names an exchange that was declared with other arguments, and goes on once it is gone', async () => {
    const model = await connect(broker.url);
    const channel = await model.createChannel();
    await channel.assertExchange('other', 'fanout', { durable: false });
    await using rig = await troubleOf({ url: broker.url, exchange: { name: 'other' } }, /exists with other arguments/);
    assertToldOnce(rig, /exists with other arguments/);

    await channel.deleteExchange('other');
    await rig.delivered(3);
    await model.close();
  });

  it('names an exchange that must exist and does not, and goes on once it does', async () => {
    const exchange = { name: 'to-come', declare: 'passive' as const };
    await using rig = await troubleOf({ url: broker.url, exchange }, /create the exchange/);
    assertToldOnce(rig, /create the exchange/);

    await using _reader = await QueueReader.bound(broker.url, 'to-come');
    // It may be back before the queue is bound; then the records reach none, which is told as another trouble.
    await rig.delivered(3);
    await rig.waitFor(({ trouble }) => !trouble.includes('create the exchange'), 'health');
  });

  it('names a missing permission to publish', async () => {
    await using rig = await troubleOf(
      { url: broker.url, username: 'reader', password: PASSWORD },
      /'reader' lacks the permission/,
    );
    assertToldOnce(rig, /lacks the permission/);
  });

  it('leaves out what is larger than the broker takes, counts it, and delivers the rest', async () => {
    await using reader = await QueueReader.bound(broker.url, 'large');
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'large' } });
    const before = rig.publish(5);
    rig.publishLarge(MOST_BYTES);
    const after = rig.publish(5);
    await rig.waitFor(({ counters }) => counters.durableDroppedRejected === 1, 'rejected');
    await rig.waitFor(({ counters }) => counters.queueLength === 0, 'delivered');

    await readAll(reader, before.length + after.length);
    assert.deepEqual([...new Set(reader.ids)], [...before, ...after]);
    assert.ok(
      rig.logged.some((line) => line.includes('maxMessageBytes')),
      rig.told,
    );
  });

  it('waits while the broker has an alarm, loses nothing, and sends no more twice than may be unconfirmed', async () => {
    await using reader = await QueueReader.bound(broker.url, 'alarm');
    await using rig = await AmqpRig.started({
      url: broker.url,
      exchange: { name: 'alarm' },
      confirmTimeoutMs: 1_000,
    });
    const ids = rig.publish(10);
    await rig.delivered(10);
    await broker.control('set_vm_memory_high_watermark', '0');
    ids.push(...rig.publish(600));
    await rig.waitFor(({ trouble }) => trouble.includes('blocks publishers'), 'blocked');
    // Longer than a write may take: it is given up and comes again.
    await rig.waitFor(({ counters }) => (counters.retries ?? 0) >= 2, 'retries');
    await broker.control('set_vm_memory_high_watermark', 'absolute', '1GB');
    await rig.delivered(610);

    await readAll(reader, 610);
    assert.deepEqual([...new Set(reader.ids)], ids);
    // The broker may have taken some before it told of its alarm, and confirms none while it lasts.
    assert.ok(reader.ids.length - 610 <= 256, `${reader.ids.length}`);
    assert.equal(rig.counters.timesBlocked, 1);
    await rig.waitFor(({ trouble }) => trouble === '', 'health');
  });

  it('connects anew when the broker stays silent, and sends on', async () => {
    await using proxy = await TcpProxy.start(broker.port);
    await using reader = await QueueReader.bound(broker.url, 'silent');
    await using rig = await AmqpRig.started({
      url: `amqp://127.0.0.1:${proxy.port}`,
      exchange: { name: 'silent' },
      confirmTimeoutMs: 1_000,
    });
    rig.publish(10);
    await rig.delivered(10);
    proxy.stall();
    rig.publish(1_000);
    await rig.waitFor(({ trouble }) => trouble.includes('did not confirm in time'), 'silence');
    proxy.resume();
    await rig.delivered(1_010);

    await readAll(reader, 1_010);
    assert.ok(reader.ids.length - 1_010 <= 256 * ((rig.counters.connects ?? 0) - 1), `${reader.ids.length}`);
  });

  it('sends on after the connection was cut in the middle of confirmations, in order, at most 256 twice', async () => {
    await using proxy = await TcpProxy.start(broker.port);
    await using reader = await QueueReader.bound(broker.url, 'cut');
    await using rig = await AmqpRig.started({ url: `amqp://127.0.0.1:${proxy.port}`, exchange: { name: 'cut' } });
    await rig.waitFor(({ counters }) => counters.connected === 1, 'connected');
    const ids: string[] = [];
    for (let round = 0; round < 5; round++) {
      proxy.cutAfter(100 + 37 * round);
      ids.push(...rig.publish(1_000));
      await rig.delivered(ids.length);
    }

    await readAll(reader, ids.length);
    assert.deepEqual([...new Set(reader.ids)], ids);
    const reconnects = (rig.counters.connects ?? 0) - 1;
    assert.ok(reconnects >= 5, `${reconnects}`);
    const twice = reader.ids.length - ids.length;
    assert.ok(twice <= 256 * reconnects, `${twice}`);
  });

  it('survives a restart of the broker while it publishes', async () => {
    const queue = { name: 'kept', type: 'classic' as const };
    await using rig = await AmqpRig.started({ url: broker.url, exchange: { name: 'kept' }, queue });
    const ids = rig.publish(2_000);
    await broker.kill();
    ids.push(...rig.publish(2_000));
    await rig.waitFor(({ trouble }) => trouble !== '', 'trouble');
    await broker.restart();
    await rig.delivered(4_000);

    await using reader = await QueueReader.drain(broker.url, 'kept', (count) => count >= 4_000, PATIENCE_MS);
    assert.deepEqual([...new Set(reader.ids)].toSorted(), ids.toSorted());
  });
});
