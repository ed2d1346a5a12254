import { BUCKETS } from './buckets.js';
import { counter, gauge, histogram } from './metric.js';

/** The monitor itself. */
export const SELF = {
  sfu_monitor_stats_requests_total: counter('Statistics requests.', ['sampled', 'result'], 'sampler'),
  sfu_monitor_stats_in_flight: gauge('Statistics requests without an answer yet.', ['worker'], 'sampler'),
  sfu_monitor_sampled_ratio: gauge('Share of the open entities sampled in the last tick.', ['sampled'], 'sampler'),
  sfu_monitor_sweep_age_seconds: gauge(
    'Age of the oldest sample: how long a full sweep takes.',
    ['sampled'],
    'sampler',
  ),
  sfu_monitor_tick_duration_seconds: gauge('How long the last tick of a worker took.', ['worker'], 'sampler'),
  sfu_monitor_ticks_skipped_total: counter('Ticks left out: one still ran, or the worker hung.', ['worker'], 'sampler'),
  sfu_monitor_cpu_ratio: gauge(
    'CPU that sampling used, as a share of one core, with what V8 did for it.',
    [],
    'sampler',
  ),
  sfu_monitor_cpu_budget_ratio: gauge('CPU that sampling may use.', [], 'option `sampling.cpuShare`'),
  sfu_monitor_longest_turn_seconds: gauge('Longest single turn of sampling in the last minute.', [], 'sampler'),
  sfu_monitor_events_total: counter('Events published.', [], 'event hub'),
  sfu_monitor_subscriptions: gauge('Open subscriptions.', ['topic'], 'monitor'),
  sfu_monitor_dropped_total: counter('Items lost to slow readers.', ['where'], 'monitor'),
  sfu_monitor_plugin_up: gauge('1 while the plugin runs and is well, else 0.', ['plugin'], 'plugin host'),
  sfu_monitor_plugin_delivered_total: counter(
    'What was delivered to the plugin.',
    ['plugin', 'delivery'],
    'plugin host',
  ),
  sfu_monitor_plugin_dropped_total: counter('Events the plugin missed.', ['plugin'], 'plugin host'),
  sfu_monitor_plugin_errors_total: counter('Calls of the plugin that failed.', ['plugin'], 'plugin host'),
  sfu_monitor_plugin_suspensions_total: counter('Times the plugin was suspended.', ['plugin'], 'plugin host'),
  sfu_monitor_plugin_slowest_call_seconds: gauge('Longest single call of the plugin.', ['plugin'], 'plugin host'),
  sfu_monitor_sink_queued_items: gauge(
    'Items the plugin has not delivered yet, in memory and on disk.',
    ['plugin'],
    'sink of a plugin',
  ),
  sfu_monitor_sink_oldest_item_age_seconds: gauge(
    'Age of the oldest item the plugin has not delivered; 0 when there is none.',
    ['plugin'],
    'sink of a plugin',
  ),
  sfu_monitor_sink_spool_records: gauge('Records on disk that are not acknowledged.', ['plugin'], 'sink of a plugin'),
  sfu_monitor_sink_spool_bytes: gauge('Size of the files of the spool.', ['plugin'], 'sink of a plugin'),
  sfu_monitor_sink_delivered_total: counter('Items that were acknowledged.', ['plugin'], 'sink of a plugin'),
  sfu_monitor_sink_retries_total: counter('Writes tried again.', ['plugin'], 'sink of a plugin'),
  sfu_monitor_sink_resent_total: counter('Items sent again after a failure.', ['plugin'], 'sink of a plugin'),
  sfu_monitor_sink_dropped_total: counter(
    'Items that were lost.',
    ['plugin', 'item_class', 'drop_reason'],
    'sink of a plugin',
  ),
  sfu_monitor_alerts_active: gauge(
    'Alerts that last now; silenced, acknowledged and inhibited ones too.',
    ['rule', 'severity', 'alert_state'],
    'alert register',
  ),
  sfu_monitor_alert_transitions_total: counter('What became of alerts.', ['rule', 'alert_change'], 'alert register'),
  sfu_monitor_label_overflow_total: counter(
    'Times that a value became `__other__` because its label had too many.',
    ['metric'],
    'this plugin',
  ),
  sfu_monitor_collector_errors_total: counter('Collectors that threw during a scrape.', ['collector'], 'this plugin'),
  sfu_monitor_scrapes_total: counter('Renderings of this page.', [], 'this plugin'),
  sfu_monitor_scrape_duration_seconds: histogram(
    'How long a rendering took, the pauses between its slices included.',
    [],
    BUCKETS.scrape,
    'this plugin',
  ),
  sfu_monitor_scrape_longest_slice_seconds: gauge(
    'Longest that the last rendering held the event loop at a stretch.',
    [],
    'this plugin',
  ),
  sfu_monitor_series: gauge('Series in the last rendering.', [], 'this plugin'),
} as const;
