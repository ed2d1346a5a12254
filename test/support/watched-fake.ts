import { mediasoupOptions } from '../../core/mediasoup/options.js';
import { createMediasoupSource, type MediasoupSourceDeps } from '../../core/mediasoup/source.js';
import type { Source } from '../../core/source.js';
import { FakeSfu } from './fake-sfu.js';
import { ManualClock } from './manual-clock.js';
import { RecordingLogger } from './recording-logger.js';
import { RecordingWriter } from './recording-writer.js';

export interface WatchedFake {
  readonly sfu: FakeSfu;
  readonly clock: ManualClock;
  readonly logger: RecordingLogger;
  readonly writer: RecordingWriter;
  readonly source: Source;
}

/** A fake SFU with a started source on it. */
export function watchedFake(
  {
    version = '3.27.1',
    traces = false,
    fastDecode = false,
    workers,
  }: { version?: string; traces?: boolean; fastDecode?: boolean } & Pick<Partial<MediasoupSourceDeps>, 'workers'> = {},
  sfu = new FakeSfu(),
): WatchedFake {
  sfu.version = version;
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const writer = new RecordingWriter();
  const source = createMediasoupSource(sfu, {
    clock,
    logger,
    options: mediasoupOptions.parse({ traces, fastDecode }),
    ...(workers && { workers }),
  });
  source.start(writer);
  return { sfu, clock, logger, writer, source };
}
