import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, it } from 'vitest';
import { secretValues } from '../../../core/secrets.js';
import { webhookOptions } from '../../../plugins/webhook/options.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';
import { PluginKit } from '../../support/webhook/plugin-kit.js';
import { ReceiverServer } from '../../support/webhook/receiver-server.js';

const LONG_MS = 30_000;

interface Payload {
  readonly status: string;
  readonly receiver: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

/** `firing WorkerDied`, one for each notification. */
function told(server: ReceiverServer): readonly string[] {
  return (server.bodies as readonly Payload[]).map(({ status, alerts }) => {
    return [status, ...alerts.map(({ labels }) => labels.alertname)].join(' ');
  });
}

const FAST = { groupWaitMs: 0, groupIntervalMs: 100 };

describe('the plugin', { timeout: 60_000 }, () => {
  it('tells of an alert and of its end', async () => {
    await using server = await ReceiverServer.start();
    await using kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', ...FAST },
    });
    kit.fire('WorkerDied');
    await until(() => assert.deepEqual(told(server), ['firing WorkerDied']), LONG_MS);
    kit.end('WorkerDied');

    await until(() => assert.deepEqual(told(server), ['firing WorkerDied', 'resolved WorkerDied']), LONG_MS);
    await until(() => assert.equal(kit.plugin.counters().delivered, 2), LONG_MS);
  });

  it('tells of what fires already when it starts', async () => {
    await using server = await ReceiverServer.start();
    const options = { receivers: { a: { kind: 'webhook', url: server.url } }, route: { receiver: 'a', ...FAST } };
    await using kit = await PluginKit.start(options);
    await kit.plugin.stop();
    kit.fire('WorkerDied');
    const later = kit.again(options);
    await later.start(new AbortController().signal);

    await until(() => assert.deepEqual(told(server), ['firing WorkerDied']), LONG_MS);
    await later.stop();
  });

  it('tells not what a dead worker explains, and says so in the book', async () => {
    await using server = await ReceiverServer.start();
    await using kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', groupBy: ['alertname'], ...FAST },
    });
    kit.fire('ProducerStalled', { labels: { worker: 'w1' } });
    kit.fire('WorkerDied', { labels: { worker: 'w1' } });
    await until(() => assert.deepEqual(told(server), ['firing WorkerDied']), LONG_MS);
    assert.equal(kit.register.get('ProducerStalled')?.inhibitedBy, 'WorkerDied');
    kit.end('WorkerDied');
    await until(() => assert.ok(told(server).includes('firing ProducerStalled')), LONG_MS);

    assert.equal(kit.register.get('ProducerStalled')?.inhibitedBy, null);
  });

  it('does not tell what is silenced, and stops repeating what is acknowledged', async () => {
    await using server = await ReceiverServer.start();
    await using kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', groupBy: ['alertname'], ...FAST, repeatIntervalMs: 1_000 },
    });
    kit.register.silence({ name: 'Quiet' }, 3_600, 'me', '');
    kit.fire('Quiet');
    kit.fire('Loud');
    await until(() => assert.ok(told(server).length >= 2), LONG_MS);
    kit.register.acknowledge('Loud', 'me', '');
    kit.fire('Mark');
    await until(() => assert.ok(told(server).filter((text) => text === 'firing Mark').length >= 3), LONG_MS);

    // What was under way when it was acknowledged comes before the first mark.
    const marked = told(server).indexOf('firing Mark');
    assert.ok(!told(server).includes('firing Quiet'));
    assert.ok(
      !told(server)
        .slice(marked + 1)
        .includes('firing Loud'),
      told(server).join(),
    );
  });

  it('registers its receivers, tests them, and gives them back', async () => {
    await using server = await ReceiverServer.start();
    await using kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url }, b: { kind: 'slack', url: `${server.url}/services/T/B/x` } },
      route: { receiver: 'a' },
    });
    const names = () => kit.register.receivers().map(({ name, kind }) => `${name} ${kind}`);
    assert.deepEqual(names(), ['a webhook', 'b slack']);
    assert.equal((await kit.register.testReceiver('a'))?.ok, true);
    assert.match((await kit.register.testReceiver('b'))?.detail ?? '', /no incoming webhook of Slack/);
    await kit.plugin.stop();

    assert.deepEqual(names(), []);
  });

  it('says who does not answer in its health', async () => {
    await using server = await ReceiverServer.start(() => ({ status: 503 }));
    await using kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', ...FAST },
    });
    kit.fire('WorkerDied');
    await until(() => assert.equal(kit.plugin.health().status, 'degraded'), LONG_MS);

    assert.match(inspect(kit.plugin.health()), /a: http:.*HTTP 503 \(1 notifications wait\)/);
  });

  it('goes on after a restart: what was told is not told again, what waited is delivered, an end is told', async () => {
    const stateFile = join(temporaryFolder(), 'state');
    let isDown = true;
    await using server = await ReceiverServer.start(() => ({ status: isDown ? 503 : 200 }));
    const options = {
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', groupBy: ['alertname'], ...FAST },
      stateFile,
    };
    const before = await PluginKit.start(options);
    before.fire('WorkerDied');
    await until(() => assert.ok(server.received.length >= 1), LONG_MS);
    const since = before.register.get('WorkerDied')?.firingSince ?? 0;
    await before[Symbol.asyncDispose]();
    assert.ok(existsSync(stateFile));
    isDown = false;
    server.received.length = 0;

    await using after = await PluginKit.start(options);
    after.fire('WorkerDied', { firingSince: since, carriedOver: true });
    await until(() => assert.equal(after.plugin.counters().delivered, 1), LONG_MS);
    after.end('WorkerDied');
    await until(() => assert.equal(after.plugin.counters().delivered, 2), LONG_MS);

    assert.deepEqual(told(server), ['firing WorkerDied', 'resolved WorkerDied']);
  });

  it('buries what waits for a receiver that is no more', async () => {
    const folder = temporaryFolder();
    const [stateFile, deadLetterFile] = [join(folder, 'state'), join(folder, 'dead')];
    await using server = await ReceiverServer.start(() => ({ status: 503 }));
    const receiver = { kind: 'webhook', url: server.url };
    const options = (name: string) => ({
      receivers: { [name]: receiver },
      route: { receiver: name, ...FAST },
      stateFile,
      deadLetterFile,
    });
    const before = await PluginKit.start(options('old'));
    before.fire('WorkerDied');
    await until(() => assert.equal(server.received.length, 1), LONG_MS);
    await before[Symbol.asyncDispose]();
    const after = await PluginKit.start(options('new'));
    await after[Symbol.asyncDispose]();

    assert.match(readFileSync(deadLetterFile, 'utf8'), /there is no receiver of this name any more/);
  });

  it('warns when it stops with something undelivered and nowhere to keep it', async () => {
    await using server = await ReceiverServer.start(() => ({ status: 503 }));
    const kit = await PluginKit.start({
      receivers: { a: { kind: 'webhook', url: server.url } },
      route: { receiver: 'a', ...FAST },
    });
    kit.fire('WorkerDied');
    await until(() => assert.equal(server.received.length, 1), LONG_MS);
    await kit[Symbol.asyncDispose]();

    assert.ok(kit.logger.messages('warn').includes('notifications were not delivered, and no stateFile keeps them'));
  });
});

describe('secrets of receivers', { timeout: 60_000 }, () => {
  it('are in no log, status, health, test or dead letter, even when the receiver says them again', async () => {
    const deadLetterFile = join(temporaryFolder(), 'dead');
    const signing = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const secrets = {
      path: 'B0PATHSECRET',
      token: 'querysecret0123',
      robot: 'SECrobotsecret',
      routing: 'routingsecret0123456789abcdef012',
      bearer: 'bearersecret0123',
      password: 'passwordsecret',
      signing: signing.slice(6),
    };
    await using server = await ReceiverServer.start(({ path, query, headers, body }) => ({
      status: 400,
      body: `you sent ${path} ${[...query.values()].join()} ${headers.authorization} ${path.includes('T0001') || path.length < 5 ? '' : signing} ${body}`,
    }));
    const { host } = new URL(server.url);
    const down = 'http://127.0.0.1:9';
    const receivers = (base: string) => ({
      webhook: {
        kind: 'webhook',
        url: `http://user:${secrets.password}@${base}/${secrets.path}`,
        secrets: [signing],
        headers: { authorization: `Bearer ${secrets.bearer}` },
      },
      slack: { kind: 'slack', url: `http://${base}/services/T0001/${secrets.path}` },
      dingtalk: { kind: 'dingtalk', url: `http://${base}/?access_token=${secrets.token}`, secret: secrets.robot },
      pagerduty: { kind: 'pagerduty', url: `http://${base}/v2`, routingKey: secrets.routing },
    });
    for (const base of [host, new URL(down).host]) {
      const all = receivers(base);
      await using kit = await PluginKit.start({
        receivers: all,
        route: {
          receiver: 'webhook',
          ...FAST,
          routes: Object.keys(all).map((receiver) => ({ receiver, continue: true })),
        },
        deadLetterFile,
      });
      kit.fire('WorkerDied');
      await until(() => {
        for (const { name, failed, retried } of kit.register.receivers()) assert.ok(failed + retried > 0, name);
      }, LONG_MS);
      const tests = await Promise.all(Object.keys(all).map((name) => kit.register.testReceiver(name)));
      const said = inspect([kit.logger.lines, kit.register.receivers(), kit.plugin.health(), tests], {
        depth: 10,
        maxStringLength: null,
      });
      for (const secret of Object.values(secrets)) assert.ok(!said.includes(secret), `${secret} in ${said}`);
      // The rest of the path is told by nobody but the receiver.
      if (base !== host) assert.ok(!said.includes('T0001'), said);
    }

    const dead = readFileSync(deadLetterFile, 'utf8');
    for (const secret of Object.values(secrets)) assert.ok(!dead.includes(secret), `${secret} in ${dead}`);
  });

  it('are marked in the options', () => {
    const receivers = {
      a: { kind: 'webhook', url: 'http://a.example/1', secrets: ['whsec_1'], headers: { authorization: 'Bearer 2' } },
      b: { kind: 'dingtalk', url: 'http://b.example/3', secret: 'SEC4' },
      c: { kind: 'pagerduty', routingKey: 'key5' },
    };

    assert.deepEqual(
      [...secretValues(webhookOptions, { receivers, route: { receiver: 'a' } })].toSorted(),
      ['Bearer 2', 'SEC4', 'http://a.example/1', 'http://b.example/3', 'key5', 'whsec_1'].toSorted(),
    );
  });
});
