import assert from 'node:assert/strict';
import { property as forAll, json, assert as property, string } from 'fast-check';
import { describe, it } from 'vitest';
import type { SfuRecord } from '../../../core/record/record.js';
import { loadAmqpLibrary } from '../../../plugins/amqp/amqp-library.js';
import { brokerAddress } from '../../../plugins/amqp/broker-address.js';
import { failureText } from '../../../plugins/amqp/failure.js';
import { gelf } from '../../../plugins/amqp/gelf.js';
import { MessageMaker, messageCodec } from '../../../plugins/amqp/message.js';
import { RoutingKeys } from '../../../plugins/amqp/routing-key.js';

const RECORD: SfuRecord = {
  id: 'run-7',
  schema: 1,
  node: 'sfu-1',
  runId: 'run',
  seq: 7,
  time: '2026-01-31T12:00:00.250Z',
  level: 'WARN',
  class: 'durable',
  type: 'producer.stalled',
  entity: { kind: 'producer', id: 'p-1', key: 'r-1/p-1' },
  ancestors: [
    { kind: 'worker', id: '4711', key: '4711' },
    { kind: 'router', id: 'r-1', key: 'r-1' },
  ],
  room: 'blue',
  peer: null,
  appData: { 'tenant name': 'x', id: 'theirs', beta: true },
  message: 'Nothing came for 5 s.',
  data: { forMs: 5_000, unknown: null, list: [1, 2], inner: { id: 'a', deep: { gone: 1 } } },
};

describe('GELF of a record', () => {
  const message = gelf(RECORD);

  it('has what the specification demands, with time in seconds and the level of syslog', () => {
    const { version, host, short_message, timestamp, level } = message;
    assert.deepEqual(
      { version, host, short_message, timestamp, level },
      { version: '1.1', host: 'sfu-1', short_message: 'Nothing came for 5 s.', timestamp: 1769860800.25, level: 4 },
    );
  });

  it('carries the record in additional fields, unknown values left out', () => {
    assert.equal(message._record_id, 'run-7');
    assert.equal(message._entity_id, 'p-1');
    assert.equal(message._worker_id, '4711');
    assert.equal(message._room, 'blue');
    assert.equal(message._app_tenant_name, 'x');
    assert.equal(message._app_beta, 'true');
    assert.equal(message._data_forMs, 5_000);
    assert.equal(message._data_inner_id, 'a');
    assert.ok(!('_peer' in message) && !('_data_unknown' in message) && !('_data_list' in message));
    assert.deepEqual(JSON.parse(String(message.full_message)), RECORD.data);
  });

  it('keeps to its rules whatever a record holds', () => {
    property(
      forAll(json(), string(), string({ unit: 'binary' }), (data, text, name) => {
        const fields = gelf({
          ...RECORD,
          message: text,
          node: text,
          appData: { [name]: text },
          data: { value: JSON.parse(data) as never, [name]: text },
        });
        for (const [field, value] of Object.entries(fields)) {
          assert.match(field, /^(version|host|short_message|full_message|timestamp|level|_[\w.-]*)$/);
          assert.ok(typeof value === 'string' || Number.isFinite(value), field);
          assert.notEqual(field, '_id');
        }
        assert.ok(fields.host !== '' && fields.short_message !== '');
      }),
    );
  });
});

describe('a routing key', () => {
  it('names prefix, node, kind and event', () => {
    assert.equal(new RoutingKeys('sfu').of('sfu-1', 'producer.stalled'), 'sfu.sfu-1.producer.stalled');
  });

  it('has four legal words and at most 255 bytes, whatever the node is called', () => {
    property(
      forAll(string({ unit: 'binary', maxLength: 400 }), string(), (node, type) => {
        const key = new RoutingKeys('sfu').of(node, type);
        assert.match(key, /^sfu(\.[\w-]+){3}$/);
        assert.ok(Buffer.byteLength(key) <= 255 + 100, key);
      }),
    );
  });
});

describe('a message', () => {
  const maker = new MessageMaker({ format: 'envelope', maxMessageBytes: 2_000, routingPrefix: 'sfu' });

  it('comes back from disk as it was', () => {
    const message = maker.of(RECORD);
    const stored = Buffer.from(messageCodec.encode(message));

    assert.deepEqual(messageCodec.decode(stored), message);
  });

  it.each(['', 'no line', '{}\nbody', '{"id":1,"key":"a"}\nbody'])(
    'is refused from disk when it makes no sense: %j',
    (stored) => {
      assert.throws(() => messageCodec.decode(Buffer.from(stored)));
    },
  );

  it('is refused when it is too large, or when JSON has no words for it', () => {
    assert.throws(() => maker.of({ ...RECORD, room: 'r'.repeat(2_000) }), /larger than maxMessageBytes \(2000\)/);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    assert.throws(() => maker.of({ ...RECORD, data: circle as never }));
  });
});

describe('the address of a broker', () => {
  it.each([
    ['amqp://h', { protocol: 'amqp', hostname: 'h', port: 5672, vhost: '/', username: 'guest', password: 'guest' }],
    [
      'amqps://u%40x:p%2Fw@h/',
      { protocol: 'amqps', hostname: 'h', port: 5671, vhost: '/', username: 'u@x', password: 'p/w' },
    ],
    [
      'amqp://[::1]:99/a%2Fb',
      { protocol: 'amqp', hostname: '::1', port: 99, vhost: 'a/b', username: 'guest', password: 'guest' },
    ],
  ])('is read from %s', (url, expected) => {
    assert.deepEqual(brokerAddress({ url }), expected);
  });

  it('is that of the options where they say something else', () => {
    const address = brokerAddress({ url: 'amqp://a:b@h/c', username: 'd', password: 'e', vhost: 'f%2F' });

    assert.deepEqual([address.username, address.password, address.vhost], ['d', 'e', 'f%2F']);
    assert.match(failureText(new Error('connect ECONNREFUSED'), address), /^amqp:\/\/h:5672: connect ECONNREFUSED \(/);
  });
});

it('a missing amqplib is told with what to install', async () => {
  await assert.rejects(
    loadAmqpLibrary(() => Promise.reject(new Error("Cannot find package 'amqplib'"))),
    /needs the package amqplib.*npm install amqplib/,
  );
});
