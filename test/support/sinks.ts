import { createSink } from '../../core/dispatch/sink.js';
import type { SinkBatch, SinkOptions } from '../../core/dispatch/sink-api.js';
import { ManualClock } from '../../core/testing/manual-clock.js';
import { RecordingLogger } from '../../core/testing/recording-logger.js';

type Write = (batch: SinkBatch<string>, signal: AbortSignal) => Promise<void>;

/** A sink of texts with everything to look at. */
export function sinkWith(write: Write, options: Partial<SinkOptions<string>> = {}) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const batches: SinkBatch<string>[] = [];
  const sink = createSink<string>({
    clock,
    logger,
    name: 'test',
    random: () => 0,
    write: (batch, signal) => {
      batches.push(batch);
      return write(batch, signal);
    },
    ...options,
  });
  const items = (): (readonly string[])[] => batches.map((batch) => batch.items);
  return { sink, clock, logger, batches, items };
}

export const succeed: Write = async () => undefined;
export const fail: Write = () => Promise.reject(new Error('refused'));
