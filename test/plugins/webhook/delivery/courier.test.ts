import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { until } from '../../../support/until.js';
import { CourierKit } from '../../../support/webhook/courier-kit.js';
import { ReceiverServer, type Reply } from '../../../support/webhook/receiver-server.js';
import { sampleNotification, sampleNotified } from '../../../support/webhook/sample-notification.js';
import { DingTalkFake } from '../../../support/webhook/dingtalk-fake.js';
import { SlackFake } from '../../../support/webhook/slack-fake.js';
import { dingTalk } from '../../../../plugins/webhook/dialects/dingtalk.js';
import { slack } from '../../../../plugins/webhook/dialects/slack.js';

const LONG_MS = 30_000;
const MINUTE_MS = 60_000;

/** Answers with each of these in turn, then with 200. */
function inTurn(...replies: readonly Reply[]): () => Reply {
  const left = [...replies];
  return () => left.shift() ?? { status: 200 };
}

const ids = (server: ReceiverServer) => server.received.map(({ headers }) => headers['webhook-id']);

describe('a courier', { timeout: 60_000 }, () => {
  it('delivers in order, and counts', async () => {
    await using server = await ReceiverServer.start();
    await using kit = new CourierKit({ url: server.url });
    const all = [1, 2, 3].map((i) => sampleNotification({ groupKey: `g${i}` }));
    for (const each of all) kit.courier.push(each);
    await kit.courier.flush(AbortSignal.timeout(LONG_MS));

    assert.deepEqual(
      ids(server),
      all.map(({ id }) => id),
    );
    assert.deepEqual([kit.status.delivered, kit.status.queued, kit.status.health], [3, 0, { status: 'ok' }]);
  });

  it.each([
    ['answers 500', { status: 500 }],
    ['closes in the middle of its answer', 'reset'],
    ['redirects', { status: 307, headers: { location: 'http://169.254.169.254/latest/' } }],
  ] satisfies [string, Reply][])('tries again when the receiver %s, with the same id', async (_, reply) => {
    await using server = await ReceiverServer.start(inTurn(reply));
    await using kit = new CourierKit({ url: server.url });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    assert.equal(kit.status.health.status, 'degraded');
    kit.clock.advance(1_000);
    await until(() => assert.equal(kit.status.delivered, 1), LONG_MS);

    assert.equal(new Set(ids(server)).size, 1);
    assert.equal(server.received.length, 2);
    assert.equal(kit.status.health.status, 'ok');
  });

  it('gives up on an answer that does not come in time, and tries again', async () => {
    await using server = await ReceiverServer.start(inTurn('hang'));
    await using kit = new CourierKit({ url: server.url, timeoutMs: 10_000 });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(server.received.length, 1), LONG_MS);
    kit.clock.advance(10_000);
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    assert.match(kit.status.lastError ?? '', /10 s/);
    kit.clock.advance(1_000);

    await until(() => assert.equal(kit.status.delivered, 1), LONG_MS);
  });

  it('waits longer after each failure while nobody listens, and is failing after a minute', async () => {
    const server = await ReceiverServer.start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await using kit = new CourierKit({ url, retry: { initialMs: 1_000, maxMs: 8_000 } });
    kit.courier.push(sampleNotification());
    for (const [index, ms] of [1_000, 2_000, 4_000, 8_000, 8_000].entries()) {
      await until(() => assert.equal(kit.status.retried, index + 1), LONG_MS);
      kit.clock.advance(ms - 1);
      assert.equal(kit.status.retried, index + 1);
      kit.clock.advance(1);
    }
    await until(() => assert.equal(kit.status.retried, 6), LONG_MS);
    kit.clock.advance(MINUTE_MS);

    assert.equal(kit.status.health.status, 'failing');
    assert.equal(kit.logger.messages('warn').length, 1);
  });

  it('waits as long as 429 asks for, even when it is flushed', async () => {
    await using server = await ReceiverServer.start(inTurn({ status: 429, headers: { 'retry-after': '20' } }));
    await using kit = new CourierKit({ url: server.url });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    const flushed = kit.courier.flush(AbortSignal.timeout(LONG_MS));
    await kit.clock.advanceAsync(19_999);
    assert.equal(server.received.length, 1);
    kit.clock.advance(1);
    await flushed;

    assert.equal(kit.status.delivered, 1);
  });

  it('cuts a back-off short when it is flushed', async () => {
    await using server = await ReceiverServer.start(inTurn({ status: 500 }));
    await using kit = new CourierKit({ url: server.url });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    await kit.courier.flush(AbortSignal.timeout(LONG_MS));

    assert.equal(kit.status.delivered, 1);
  });

  it('buries what is refused, tells of it, and goes on with the others', async () => {
    const file = join(temporaryFolder(), 'dead.jsonl');
    await using server = await ReceiverServer.start(({ body }) => ({
      status: body.includes('poison') ? 400 : 200,
      body: 'bad label',
    }));
    await using kit = new CourierKit({ url: server.url, deadLetterFile: file });
    const poison = sampleNotification({ groupKey: 'poison' });
    kit.courier.push(poison);
    kit.courier.push(sampleNotification({ groupKey: 'good' }));
    await kit.courier.flush(AbortSignal.timeout(LONG_MS));
    await kit.deadLetters.flush();

    assert.deepEqual([kit.status.delivered, kit.status.failed, kit.status.retried], [1, 1, 0]);
    assert.deepEqual(kit.lost, [poison]);
    const line = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual([line.cause, line.notification.id], ['refused', poison.id]);
    assert.match(line.reason, /HTTP 400 \(bad label\)/);
    assert.deepEqual(kit.logger.messages('error'), ['a notification was not delivered']);
  });

  it('does not let one group that fails for a while hold up the others', async () => {
    let isSick = true;
    await using server = await ReceiverServer.start(({ body }) => ({
      status: isSick && body.includes('sick') ? 500 : 200,
    }));
    await using kit = new CourierKit({ url: server.url });
    kit.courier.push(sampleNotification({ groupKey: 'sick' }));
    kit.courier.push(sampleNotification({ groupKey: 'good' }));
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    kit.clock.advance(1_000);
    await until(() => assert.equal(kit.status.delivered, 1), LONG_MS);
    await until(() => assert.equal(kit.status.retried, 2), LONG_MS);
    isSick = false;
    kit.clock.advance(MINUTE_MS);

    await until(() => assert.equal(kit.status.delivered, 2), LONG_MS);
  });

  it('gives up what is too old', async () => {
    await using server = await ReceiverServer.start(() => ({ status: 500 }));
    await using kit = new CourierKit({ url: server.url, maxAgeMs: 5_000 });
    kit.courier.push(sampleNotification({ at: kit.clock.now() }));
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    kit.clock.advance(6_000);
    await until(() => assert.equal(kit.status.failed, 1), LONG_MS);

    assert.equal(kit.logger.lines.find(({ level }) => level === 'error')?.fields.cause, 'expired');
    assert.equal(kit.lost.length, 1);
  });

  it('keeps as many as it may, loses the oldest, counts and buries them', async () => {
    await using server = await ReceiverServer.start(() => 'hang');
    await using kit = new CourierKit({ url: server.url, queue: 3 });
    const all = [0, 1, 2, 3, 4].map((i) => sampleNotification({ groupKey: `g${i}` }));
    for (const each of all) kit.courier.push(each);

    assert.deepEqual([kit.status.queued, kit.status.dropped], [3, 2]);
    assert.deepEqual(kit.courier.waiting(), [all[0], all[3], all[4]]);
    assert.deepEqual(kit.lost, [all[1], all[2]]);
  });

  it('puts together what is new of one group while its receiver is away, without growing', async () => {
    await using server = await ReceiverServer.start(() => 'hang');
    await using kit = new CourierKit({ url: server.url, maxAlerts: 10 });
    for (let i = 0; i < 500; i++) {
      kit.courier.push(
        sampleNotification({}, [sampleNotified({ labels: { alertname: `X${i}` }, status: 'resolved' })]),
      );
    }
    const [, second] = kit.courier.waiting();

    assert.equal(kit.status.queued, 2);
    assert.equal(second?.alerts.length, 10);
    assert.equal(second?.alerts[0]?.labels.alertname, 'X499');
  });

  it('keeps the end of an alert in what it puts together, and says the newest of each alert', async () => {
    await using server = await ReceiverServer.start(() => 'hang');
    await using kit = new CourierKit({ url: server.url });
    const x = sampleNotified({ labels: { alertname: 'X', room: 'r1' } });
    const y = sampleNotified({ labels: { alertname: 'Y', room: 'r1' } });
    kit.courier.push(sampleNotification({}, [x, y]));
    kit.courier.push(sampleNotification({}, [y, { ...x, status: 'resolved' }]));
    kit.courier.push(sampleNotification({}, [{ ...y, status: 'resolved' }]));
    const [, second] = kit.courier.waiting();

    assert.deepEqual(
      second?.alerts.map(({ status, labels }) => `${labels.alertname} ${status}`),
      ['Y resolved', 'X resolved'],
    );
    assert.deepEqual([second?.status, second?.commonLabels], ['resolved', { room: 'r1' }]);
  });

  it('has a health that tells no path of the address when nobody listens', async () => {
    const server = await ReceiverServer.start();
    const { url } = server;
    await server[Symbol.asyncDispose]();
    await using kit = new CourierKit({ url: `${url}/services/T1/B1/topsecrettoken` });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);

    assert.match(kit.status.lastError ?? '', /ECONNREFUSED/);
    assert.doesNotMatch(JSON.stringify([kit.status, kit.logger.lines]), /topsecrettoken/);
  });

  it('tells no part of a secret that an answer is cut in', async () => {
    await using server = await ReceiverServer.start(() => ({
      status: 400,
      body: `${'x'.repeat(290)}top-secret-token`,
    }));
    await using kit = new CourierKit({ url: server.url });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.failed, 1), LONG_MS);

    assert.doesNotMatch(kit.status.lastError ?? '', /top-/);
  });

  it('speaks to no private address when it may not', async () => {
    await using server = await ReceiverServer.start();
    await using kit = new CourierKit({ url: server.url, publicOnly: true });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);

    assert.match(kit.status.lastError ?? '', /private network/);
    assert.equal(server.received.length, 0);
  });

  it('stops in the middle of a request, and keeps what it was about', async () => {
    await using server = await ReceiverServer.start(() => 'hang');
    const kit = new CourierKit({ url: server.url });
    const notification = sampleNotification();
    kit.courier.push(notification);
    await until(() => assert.equal(server.received.length, 1), LONG_MS);
    const flushed = kit.courier.flush(AbortSignal.timeout(LONG_MS));
    await kit.courier.stop();
    await flushed;

    assert.deepEqual(kit.courier.waiting(), [notification]);
    assert.deepEqual([kit.clock.pending, kit.status.failed], [0, 0]);
  });

  it('tests a receiver without a trace in what waits, and tells why it failed', async () => {
    await using server = await ReceiverServer.start(inTurn({ status: 200 }, { status: 401, body: 'who are you' }));
    await using kit = new CourierKit({ url: server.url });

    assert.deepEqual(await kit.courier.test(), { ok: true, detail: 'The receiver took it.', durationMs: 0 });
    const failed = await kit.courier.test();
    assert.equal(failed.ok, false);
    assert.match(failed.detail, /HTTP 401 \(who are you\): correct the credentials/);
    assert.equal((server.bodies[0] as { commonLabels: { alertname: string } }).commonLabels.alertname, 'ReceiverTest');
    assert.deepEqual([kit.status.delivered, kit.status.queued], [0, 0]);
  });

  it('ends a test that nobody answers', async () => {
    await using server = await ReceiverServer.start(() => 'hang');
    await using kit = new CourierKit({ url: server.url, timeoutMs: 60_000 });
    const tested = kit.courier.test();
    await until(() => assert.equal(server.received.length, 1), LONG_MS);
    kit.clock.advance(25_000);

    assert.equal((await tested).ok, false);
  });
});

describe('a courier of a chat service', { timeout: 60_000 }, () => {
  it('asks Slack once a second', async () => {
    const path = '/services/T0001/B0001/abcdefghijklmnopqrstuvwx';
    await using server = await ReceiverServer.start();
    await using kit = new CourierKit({
      url: `${server.url}${path}`,
      dialect: slack(server.url),
      pace: { perMinute: 60, gapMs: 1_000 },
      sumsUp: true,
    });
    const fake = new SlackFake(() => kit.clock.now());
    server.answer = fake.answer;
    for (let i = 0; i < 5; i++) kit.courier.push(sampleNotification({ groupKey: `g${i}` }));
    for (let i = 1; i <= 5; i++) {
      await until(() => assert.equal(kit.status.delivered, i), LONG_MS);
      await kit.clock.advanceAsync(999);
      assert.equal(server.received.length, i);
      await kit.clock.advanceAsync(1);
    }

    assert.deepEqual([kit.status.delivered, kit.status.retried], [5, 0]);
  });

  it('sums groups up for DingTalk rather than send more than 20 a minute', async () => {
    await using server = await ReceiverServer.start();
    const secret = 'SEC0123456789';
    await using kit = new CourierKit({
      url: `${server.url}/robot/send?access_token=token`,
      dialect: dingTalk(server.url, { secret, atMobiles: [], atAll: false }),
      pace: { perMinute: 20, gapMs: 0 },
      sumsUp: true,
      // Time runs faster here than the network.
      timeoutMs: 1_000_000_000,
    });
    const fake = new DingTalkFake({ token: 'token', secret, now: () => kit.clock.now() });
    server.answer = fake.answer;
    let pushed = 0;
    for (let second = 0; second < 180; second++) {
      for (let i = 0; i < 3; i++) {
        const labels = { alertname: `X${pushed}`, severity: 'critical' };
        kit.courier.push(sampleNotification({ groupKey: `g${pushed++}` }, [sampleNotified({ labels })]));
      }
      await kit.clock.advanceAsync(1_000);
    }
    await until(() => {
      kit.clock.advance(1_000);
      assert.equal(kit.status.queued, 0);
    }, LONG_MS);

    assert.deepEqual([kit.status.retried, kit.status.failed, kit.status.dropped], [0, 0, 0]);
    const told = fake.texts.reduce((sum, text) => sum + Number(/FIRING:(\d+)/.exec(text)?.[1]), 0);
    assert.equal(told, 540);
  });

  it('is silent for ten minutes when DingTalk says it was too fast', async () => {
    await using server = await ReceiverServer.start(
      inTurn(
        { status: 200, body: '{"errcode":130101,"errmsg":"send too fast"}' },
        { status: 200, body: '{"errcode":0}' },
      ),
    );
    const dialect = dingTalk(server.url, { secret: null, atMobiles: [], atAll: false });
    await using kit = new CourierKit({ url: server.url, dialect });
    kit.courier.push(sampleNotification());
    await until(() => assert.equal(kit.status.retried, 1), LONG_MS);
    await kit.clock.advanceAsync(599_999);
    assert.equal(server.received.length, 1);
    kit.clock.advance(1);

    await until(() => assert.equal(kit.status.delivered, 1), LONG_MS);
  });
});
