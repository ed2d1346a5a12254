import type { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Overflow } from '../dispatch/mailbox.js';
import type { SinkCodec } from '../dispatch/sink-api.js';
import type { OnLost, SinkBuffer } from '../dispatch/sink-buffer.js';
import { MemoryBuffer } from '../dispatch/memory-buffer.js';
import type { Logger } from '../logger.js';
import { spoolOptions } from './spool-options.js';

export interface SpoolPorts<T> {
  readonly name: string;
  readonly run: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codec?: SinkCodec<T>;
  sizeOf(item: T): number;
  readonly capacityBytes: number;
  readonly overflow: Overflow;
  readonly onLost: OnLost;
  onReady(): void;
}

export function openSpool<T>(options: z.input<typeof spoolOptions>, ports: SpoolPorts<T>): SinkBuffer<T> {
  spoolOptions.parse(options);
  return new MemoryBuffer({ ...ports, capacity: 1_000_000 }, ports.onLost);
}
