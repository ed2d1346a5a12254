import type { Clock } from '../clock.js';
import type { Overflow } from '../dispatch/mailbox.js';
import type { SinkCodec } from '../dispatch/sink-api.js';
import type { OnLost } from '../dispatch/sink-buffer.js';
import type { Logger } from '../logger.js';
import type { SpoolFiles } from './spool-files.js';

/** What a spool has of its sink. */
export interface SpoolPorts<T> {
  /** In log lines, and of the folder. */
  readonly name: string;
  /** Begins the ids of this process: 36 characters. */
  readonly run: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codec?: SinkCodec<T>;
  readonly files: SpoolFiles;
  sizeOf(item: T): number;
  /** Most bytes in memory. */
  readonly capacityBytes: number;
  readonly overflow: Overflow;
  readonly onLost: OnLost;
  /** More may be had than at the last `take`. */
  onReady(): void;
}
