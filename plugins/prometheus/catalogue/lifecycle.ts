import { BUCKETS } from './buckets.js';
import { counter, gauge, grouped, histogram } from './metric.js';

/** What there is, what came and what went. */
export const LIFECYCLE = {
  mediasoup_info: gauge('Always 1; the label tells the version of mediasoup.', ['version'], 'the source'),
  mediasoup_workers: gauge('Open workers.', [], 'graph'),
  mediasoup_worker_up: gauge('1 while the worker answers, 0 while it hangs.', ['worker'], 'graph, probe'),
  mediasoup_worker_start_time_seconds: gauge('When the worker appeared, seconds since the epoch.', ['worker'], 'graph'),
  mediasoup_worker_deaths_total: counter('Workers that died.', ['worker', 'signal'], 'event `worker.died`'),
  mediasoup_worker_hangs_total: counter('Times a worker stopped answering.', ['worker'], 'event `worker.hung`'),
  mediasoup_log_lines_total: counter(
    'Lines that mediasoup and its workers logged, where `attach.workerLogs` bridges them.',
    ['log_level'],
    'event `worker.logged`',
  ),
  mediasoup_webrtc_servers: gauge('Open WebRtcServers.', ['worker'], 'graph'),
  mediasoup_routers: gauge('Open routers.', ['worker'], 'graph'),
  mediasoup_transports: grouped(gauge('Open transports.', ['worker', 'transport'], 'graph')),
  mediasoup_producers: grouped(
    gauge('Open producers, those of pipes too.', ['worker', 'kind', 'type', 'transport', 'paused'], 'graph'),
  ),
  mediasoup_consumers: grouped(
    gauge('Open consumers, those of pipes too.', ['worker', 'kind', 'type', 'transport', 'paused'], 'graph'),
  ),
  mediasoup_data_producers: gauge('Open data producers.', ['worker', 'type'], 'graph'),
  mediasoup_data_consumers: gauge('Open data consumers.', ['worker', 'type'], 'graph'),
  mediasoup_rtp_observers: gauge('Open RTP observers.', ['worker', 'type'], 'graph'),
  mediasoup_entities_created_total: counter(
    'Entities that opened, or were found open.',
    ['entity'],
    'events `*.created`',
  ),
  mediasoup_entities_closed_total: counter('Entities that closed.', ['entity', 'reason'], 'events `*.closed`'),
  mediasoup_entity_lifetime_seconds: histogram(
    'Time from opening to close.',
    ['entity'],
    BUCKETS.lifetime,
    'events `*.closed`',
  ),
} as const;
