import { ALERTS, type AlertBook, type MonitorStatus } from '../../../core/index.js';
import type { MetricStore } from '../series/store.js';
import type { Collector } from './collector.js';
import { entityName, type WorkerNames } from './names.js';

/** The monitor's view of itself. */
export class SelfGauges implements Collector {
  readonly name = 'monitor';
  readonly gauges = [
    'mediasoup_info',
    'sfu_monitor_stats_in_flight',
    'sfu_monitor_sampled_ratio',
    'sfu_monitor_sweep_age_seconds',
    'sfu_monitor_tick_duration_seconds',
    'sfu_monitor_cpu_ratio',
    'sfu_monitor_cpu_budget_ratio',
    'sfu_monitor_longest_turn_seconds',
    'sfu_monitor_subscriptions',
    'sfu_monitor_plugin_up',
    'sfu_monitor_plugin_slowest_call_seconds',
    'sfu_monitor_alerts_active',
  ] as const;
  readonly #store: MetricStore;
  readonly #status: () => MonitorStatus;
  readonly #alerts: AlertBook;
  readonly #workers: WorkerNames;

  constructor(store: MetricStore, status: () => MonitorStatus, alerts: AlertBook, workers: WorkerNames) {
    this.#store = store;
    this.#status = status;
    this.#alerts = alerts;
    this.#workers = workers;
  }

  collect(): void {
    const store = this.#store;
    const status = this.#status();
    if (status.source.version !== null) store.gauge('mediasoup_info').set(1, status.source.version);
    this.#collectSampling(status);
    this.#collectPlugins(status);
    store.gauge('sfu_monitor_cpu_ratio').set(status.cpuShare);
    store.gauge('sfu_monitor_cpu_budget_ratio').set(status.cpuBudget);
    store.gauge('sfu_monitor_longest_turn_seconds').set(seconds(status.longestTurnMs));
    store.counter('sfu_monitor_events_total').at().follow(status.events.published);
    for (const [topic, count] of Object.entries(status.subscribers)) {
      store.gauge('sfu_monitor_subscriptions').set(count, topic);
    }
    for (const [where, count] of Object.entries(status.dropped)) {
      store.counter('sfu_monitor_dropped_total').at(where).follow(count);
    }
    this.#collectAlerts();
  }

  /** What does not fire is 0, so that its first time is a rise. */
  #collectAlerts(): void {
    const active = this.#store.gauge('sfu_monitor_alerts_active');
    const rules = this.#alerts.rules();
    for (const { name, severity } of rules) active.set(0, name, severity, 'firing');
    if (rules.length === 0) {
      for (const [name, { severity }] of Object.entries(ALERTS)) active.set(0, name, severity, 'firing');
    }
    for (const { name, severity, state } of this.#alerts.active()) active.add(1, name, severity, state);
  }

  #collectSampling({ sampling, lanes }: MonitorStatus): void {
    const store = this.#store;
    for (const { kind, coverage, sweepAgeMs, requests } of sampling) {
      const entity = entityName(kind);
      for (const [result, count] of Object.entries(requests)) {
        store.counter('sfu_monitor_stats_requests_total').at(entity, result).follow(count);
      }
      store.gauge('sfu_monitor_sampled_ratio').set(coverage, entity);
      store.gauge('sfu_monitor_sweep_age_seconds').set(seconds(sweepAgeMs), entity);
    }
    for (const lane of lanes) {
      const worker = this.#workers.name(lane.worker);
      store.gauge('sfu_monitor_stats_in_flight').set(lane.inFlight, worker);
      store.gauge('sfu_monitor_tick_duration_seconds').set(seconds(lane.lastTickMs), worker);
      store.counter('sfu_monitor_ticks_skipped_total').at(worker).follow(lane.ticksSkipped);
    }
  }

  #collectPlugins({ plugins }: MonitorStatus): void {
    const store = this.#store;
    for (const plugin of plugins) {
      const { name } = plugin;
      const isUp = plugin.state === 'running' && plugin.health.status !== 'failing';
      store.gauge('sfu_monitor_plugin_up').set(isUp ? 1 : 0, name);
      store.counter('sfu_monitor_plugin_delivered_total').at(name, 'events').follow(plugin.eventsDelivered);
      store.counter('sfu_monitor_plugin_delivered_total').at(name, 'batches').follow(plugin.batchesDelivered);
      store.counter('sfu_monitor_plugin_dropped_total').at(name).follow(plugin.eventsMissed);
      store.counter('sfu_monitor_plugin_errors_total').at(name).follow(plugin.errors);
      store.counter('sfu_monitor_plugin_suspensions_total').at(name).follow(plugin.suspensions);
      store.gauge('sfu_monitor_plugin_slowest_call_seconds').set(plugin.slowestCallMs / 1_000, name);
    }
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
