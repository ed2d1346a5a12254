import { DROP_REASONS, type MonitorStatus, SINK_CLASSES } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collector } from './collector.js';

/** What the sinks of the plugins hold and have lost, from the counters that plugins with a sink show. */
export class SinkGauges implements Collector {
  readonly name = 'sinks';
  readonly gauges = [
    'sfu_monitor_sink_queued_items',
    'sfu_monitor_sink_oldest_item_age_seconds',
    'sfu_monitor_sink_spool_records',
    'sfu_monitor_sink_spool_bytes',
  ] as const;
  readonly #store: MetricStore;
  readonly #status: () => MonitorStatus;

  constructor(store: MetricStore, status: () => MonitorStatus) {
    this.#store = store;
    this.#status = status;
  }

  collect(): void {
    const store = this.#store;
    for (const { name, counters = {} } of this.#status().plugins) {
      const { queueLength, oldestAgeMs, spoolRecords, spoolBytes, delivered, retries, resent } = counters;
      // Other plugins have other counters.
      if (queueLength === undefined || oldestAgeMs === undefined) continue;
      store.gauge('sfu_monitor_sink_queued_items').set(queueLength, name);
      store.gauge('sfu_monitor_sink_oldest_item_age_seconds').set(oldestAgeMs / 1_000, name);
      store.gauge('sfu_monitor_sink_spool_records').set(spoolRecords ?? null, name);
      store.gauge('sfu_monitor_sink_spool_bytes').set(spoolBytes ?? null, name);
      store
        .counter('sfu_monitor_sink_delivered_total')
        .at(name)
        .follow(delivered ?? null);
      store
        .counter('sfu_monitor_sink_retries_total')
        .at(name)
        .follow(retries ?? null);
      store
        .counter('sfu_monitor_sink_resent_total')
        .at(name)
        .follow(resent ?? null);
      for (const which of SINK_CLASSES) {
        for (const reason of DROP_REASONS) {
          const count = counters[`${which}Dropped${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}`];
          store
            .counter('sfu_monitor_sink_dropped_total')
            .at(name, which, reason)
            .follow(count ?? null);
        }
      }
    }
  }
}
