import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { until } from '../../support/until.js';
import { Alertmanager } from '../../support/alertmanager.js';
import { PluginKit } from '../../support/webhook/plugin-kit.js';
import { ReceiverServer } from '../../support/webhook/receiver-server.js';

const LONG_MS = 60_000;

type Payload = Readonly<Record<string, unknown>> & { readonly alerts: readonly Readonly<Record<string, unknown>>[] };

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?Z$/;

/** The kinds of the values, all the way down; the names of labels and annotations included. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([key, inner]) => [key, shapeOf(inner)]),
    );
  }
  return typeof value;
}

/** Waits until a receiver has been told of a group with this status. */
async function told(server: ReceiverServer, status: string): Promise<Payload> {
  return until(() => {
    const found = (server.bodies as readonly Payload[]).find((body) => body.status === status);
    assert.ok(found !== undefined, `no notification '${status}'`);
    return found;
  }, LONG_MS);
}

/** As `until`, for a check that asks somebody. */
async function eventually(check: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + LONG_MS;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

describe('a real Alertmanager', { timeout: 120_000 }, () => {
  it('takes our alerts, holds them beyond their end as long as they fire, and hears of their end', async () => {
    await using theirs = await ReceiverServer.start();
    await using alertmanager = await Alertmanager.start({ webhookUrl: theirs.url, groupBy: ['alertname'] });
    await using kit = await PluginKit.start({
      receivers: { am: { kind: 'alertmanager', url: `${alertmanager.url}/`, keepAliveMs: 1_000 } },
      route: { receiver: 'am', groupBy: ['alertname'], groupWaitMs: 0, groupIntervalMs: 500 },
    });
    kit.fire('WorkerDied');
    await told(theirs, 'firing');
    const [first] = await alertmanager.alerts();
    assert.ok(first !== undefined);
    assert.deepEqual([first.status.state, first.labels.alertname], ['active', 'WorkerDied']);

    await eventually(async () => {
      const [now] = await alertmanager.alerts();
      assert.ok(now !== undefined, 'it was given up');
      assert.equal(now.startsAt, first.startsAt);
      assert.ok(Date.now() > Date.parse(first.endsAt), 'its first end is not reached yet');
      assert.ok(Date.parse(now.endsAt) > Date.now());
    });
    kit.end('WorkerDied');

    const over = await told(theirs, 'resolved');
    // Its API and its webhook do not write the same moment alike: one of them leaves out zeros at the end.
    assert.equal(Date.parse(String(over.alerts[0]?.startsAt)), Date.parse(first.startsAt));
    assert.deepEqual(await alertmanager.alerts(), []);
    assert.equal((theirs.bodies as readonly Payload[]).filter(({ status }) => status === 'resolved').length, 1);
    assert.deepEqual(kit.register.receivers()[0]?.failed, 0);
  });

  it('is tested without leaving an alert behind', async () => {
    await using theirs = await ReceiverServer.start();
    await using alertmanager = await Alertmanager.start({ webhookUrl: theirs.url, groupBy: ['alertname'] });
    await using kit = await PluginKit.start({
      receivers: { am: { kind: 'alertmanager', url: alertmanager.url } },
      route: { receiver: 'am' },
    });
    const result = await kit.register.testReceiver('am');

    assert.equal(result?.ok, true);
    assert.deepEqual(await alertmanager.alerts(), []);
  });

  it('sends a webhook that ours has every field of, in the same form', async () => {
    await using theirs = await ReceiverServer.start();
    await using ours = await ReceiverServer.start();
    await using alertmanager = await Alertmanager.start({ webhookUrl: theirs.url, groupBy: ['alertname'] });
    await using kit = await PluginKit.start({
      receivers: {
        am: { kind: 'alertmanager', url: alertmanager.url, keepAliveMs: 1_000 },
        test: { kind: 'webhook', url: ours.url },
      },
      route: {
        receiver: 'am',
        groupBy: ['alertname'],
        groupWaitMs: 0,
        groupIntervalMs: 500,
        routes: [{ receiver: 'am', continue: true }, { receiver: 'test' }],
      },
      externalUrl: 'https://sfu.example/graphql',
    });
    kit.fire('WorkerDied', { annotations: { summary: 'A "worker" died.', description: 'Über 9000 Räume' } });
    const firing = [await told(theirs, 'firing'), await told(ours, 'firing')] as const;
    kit.end('WorkerDied');
    const over = [await told(theirs, 'resolved'), await told(ours, 'resolved')] as const;

    for (const [real, own] of [firing, over]) {
      assert.deepEqual(shapeOf(own), shapeOf(real));
      for (const field of [
        'status',
        'groupLabels',
        'commonLabels',
        'commonAnnotations',
        'version',
        'truncatedAlerts',
      ]) {
        assert.deepEqual(own[field], real[field], field);
      }
      const [realAlert, ownAlert] = [real.alerts[0] ?? {}, own.alerts[0] ?? {}];
      for (const field of ['status', 'labels', 'annotations', 'startsAt', 'generatorURL']) {
        assert.deepEqual(ownAlert[field], realAlert[field], field);
      }
      assert.match(String(ownAlert.fingerprint), /^[0-9a-f]{16}$/);
      assert.match(String(realAlert.fingerprint), /^[0-9a-f]{16}$/);
      for (const time of [ownAlert.startsAt, realAlert.startsAt]) assert.match(String(time), RFC3339);
      assert.equal(real.groupKey, '{}:{alertname="WorkerDied"}');
      assert.equal(own.groupKey, '{}/{}/1:{alertname="WorkerDied"}');
    }
    assert.equal(firing[1].alerts[0]?.endsAt, firing[0].alerts[0]?.endsAt);
    assert.match(String(over[1].alerts[0]?.endsAt), RFC3339);
    assert.equal(theirs.received[0]?.headers['content-type'], 'application/json');
    assert.equal(ours.received[0]?.headers['content-type'], 'application/json');
  });
});
