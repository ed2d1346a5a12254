import { BUCKETS } from './buckets.js';
import { counter, gauge, histogram } from './metric.js';

/** The worker processes. */
export const WORKER = {
  mediasoup_worker_cpu_seconds_total: counter('CPU time used.', ['worker', 'mode'], '`ru_utime`, `ru_stime`'),
  mediasoup_worker_cpu_ratio: gauge(
    'CPU used over the last sampling interval, as a share of one core.',
    ['worker'],
    'growth of the CPU time by measured wall time',
  ),
  mediasoup_worker_resident_memory_bytes: gauge('Resident memory now.', ['worker'], 'the operating system'),
  mediasoup_worker_peak_resident_memory_bytes: gauge(
    'Highest resident memory ever; never falls.',
    ['worker'],
    '`ru_maxrss`',
  ),
  mediasoup_worker_page_faults_total: counter('Page faults.', ['worker', 'fault'], '`ru_minflt`, `ru_majflt`'),
  mediasoup_worker_context_switches_total: counter(
    'Context switches.',
    ['worker', 'switch'],
    '`ru_nvcsw`, `ru_nivcsw`',
  ),
  mediasoup_worker_probe_seconds: histogram(
    'Time the worker took to answer a probe.',
    ['worker'],
    BUCKETS.probe,
    'round trip of the resource usage request',
  ),
  mediasoup_worker_stress: gauge(
    'How full the worker is, 1 is full: the highest of its CPU ratio, its probe time by 1 s, and its consumers by their limit.',
    ['worker'],
    'sampler and graph',
  ),
  mediasoup_worker_consumers_limit: gauge(
    'Consumers a worker is taken to bear.',
    ['worker'],
    'option `consumersPerWorker`',
  ),
} as const;
