import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { STATUS } from '../../../core/tokens.js';
import type { MonitorStatus } from '../../../core/monitor-status.js';
import { fail, sinkWith } from '../../support/sinks.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';

describe('the exposition of sinks', () => {
  it('tells depth, age and losses of every plugin that has one', async () => {
    const { sink, clock } = sinkWith(fail, { capacity: 2 });
    for (const item of ['a', 'b', 'c']) sink.push(item);
    clock.advance(1_500);
    const plugin = {
      name: 'loki',
      state: 'running',
      health: { status: 'ok' },
      eventsDelivered: 0,
      eventsMissed: 0,
      batchesDelivered: 0,
      errors: 0,
      suspensions: 0,
      slowestCallMs: 0,
      lastError: null,
      queueRatio: 0,
      counters: sink.counters(),
    } as const;
    const kit = await new PrometheusKit({}, (scope) => {
      const status = scope.resolve(STATUS);
      const withPlugin = (): MonitorStatus => ({
        ...status(),
        plugins: [plugin, { ...plugin, name: 'x', counters: {} }],
      });
      scope.registerInstance(STATUS, withPlugin);
    }).start();

    assert.equal(await kit.value('sfu_monitor_sink_queued_items{plugin="loki"}'), 2);
    assert.equal(await kit.value('sfu_monitor_sink_oldest_item_age_seconds{plugin="loki"}'), 1.5);
    assert.equal(await kit.value('sfu_monitor_sink_spool_records{plugin="loki"}'), 0);
    const lost = 'sfu_monitor_sink_dropped_total{plugin="loki",class="durable",reason="overflow"}';
    assert.equal(await kit.value(lost), 1);
    assert.equal(await kit.value('sfu_monitor_sink_queued_items{plugin="x"}'), undefined);
    await kit.plugin.stop();
    await sink.stop();
  });
});
