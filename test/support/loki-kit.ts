import { onTestFinished } from 'vitest';
import { type MonitorEvent, parseOptions, type SfuRecord, systemClock } from '../../core/index.js';
import { RecordingLogger, sampleEvent, sampleRecords } from '../../core/testing/index.js';
import { lokiOptions } from '../../plugins/loki/options.js';
import { LokiPlugin } from '../../plugins/loki/plugin.js';

/** When the sample events happen, about. */
export const SAMPLE_NOW = 1_700_000_100_000;

/** The plugin alone, at the time of the sample events; stopped when the test has finished. */
export async function startLoki(url: string, options: object = {}) {
  const logger = new RecordingLogger();
  const quick = { maxAgeMs: 0, retry: { initialMs: 5, maxMs: 20 } };
  const parsed = parseOptions(lokiOptions, { url, ...quick, ...options }, 'plugins.loki');
  const time = { now: SAMPLE_NOW };
  const clock = { ...systemClock, now: () => time.now };
  const plugin = new LokiPlugin(parsed, logger, clock, sampleRecords(), 'loki');
  onTestFinished(() => plugin.stop());
  await plugin.start(AbortSignal.timeout(30_000));
  /** Delivers what was published so far. */
  const flush = (): Promise<void> => plugin.flush(AbortSignal.timeout(30_000));
  return { plugin, logger, time, flush };
}

/** As many different events of one kind, one a millisecond unless told otherwise. */
export function someEvents(count: number, from = SAMPLE_NOW - 10_000, everyMs = 1): readonly MonitorEvent[] {
  return Array.from({ length: count }, (_, index) =>
    sampleEvent('producer.stalled', { silentMs: index }, { at: from + index * everyMs }),
  );
}

/** A whole record with some fields of the test's own. */
export function aRecord(fields: Partial<SfuRecord> = {}): SfuRecord {
  return {
    id: 'run-1/1',
    schema: 1,
    node: 'sfu-1',
    runId: 'run-1',
    seq: 1,
    time: '2023-11-14T22:14:20.000Z',
    level: 'INFO',
    class: 'durable',
    type: 'producer.created',
    entity: { kind: 'producer', id: 'p-1', key: 'r-1/p-1' },
    ancestors: [
      { kind: 'worker', id: '42', key: 'w-1' },
      { kind: 'router', id: 'r-1', key: 'r-1' },
    ],
    room: 'blue',
    peer: 'ann',
    appData: {},
    message: 'A producer was created.',
    data: {},
    ...fields,
  };
}
