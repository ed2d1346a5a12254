import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { createMonitor, systemClock, use } from '../../../core/index.js';
import { RecordingLogger } from '../../../core/testing/index.js';
import alerts from '../../../plugins/alerts/plugin.js';
import webhook from '../../../plugins/webhook/plugin.js';
import { FakeSource } from '../../support/fake-source.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';
import { ReceiverServer } from '../../support/webhook/receiver-server.js';

const LONG_MS = 60_000;

describe('the plugins alerts and webhook together', { timeout: 120_000 }, () => {
  it.each([['alerts first'], ['webhook first']])('tell of what fires at the very start: %s', async (order) => {
    const folder = temporaryFolder();
    await using server = await ReceiverServer.start();
    const uses = [
      use(alerts, {
        defaults: false,
        rules: [
          {
            name: 'Started',
            scope: 'event',
            when: 'event.type == "monitor.started"',
            keepFiringFor: '2s',
            annotations: { summary: 'It started.' },
          },
        ],
        stateFile: join(folder, 'alerts'),
      }),
      use(webhook, {
        receivers: { a: { kind: 'webhook', url: server.url } },
        route: { receiver: 'a', groupWaitMs: 0, groupIntervalMs: 100 },
        stateFile: join(folder, 'webhook'),
      }),
    ];
    const monitor = createMonitor({
      source: new FakeSource(systemClock, () => undefined),
      logger: new RecordingLogger(),
      plugins: order === 'alerts first' ? uses : uses.toReversed(),
    });
    await monitor.start();
    try {
      await until(() => assert.equal(server.received.length, 2), LONG_MS);
    } finally {
      await monitor.stop();
    }
    const told = server.bodies as readonly { readonly status: string; readonly groupKey: string }[];

    assert.deepEqual(
      told.map(({ status, groupKey }) => `${status} ${groupKey}`),
      ['firing {}:{alertname="Started"}', 'resolved {}:{alertname="Started"}'],
    );
  });
});
