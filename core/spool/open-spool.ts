import { join, resolve } from 'node:path';
import type { z } from 'zod';
import type { SinkBuffer } from '../dispatch/sink-buffer.js';
import { diskFiles } from './spool-files.js';
import { SpoolBuffer } from './spool-buffer.js';
import { spoolOptions } from './spool-options.js';
import type { SpoolPorts } from './spool-ports.js';

/** Begins to open the spool of one sink. Throws when an option is out of range; what the disk refuses shows in log and health. */
export function openSpool<T>(
  options: z.input<typeof spoolOptions>,
  ports: Omit<SpoolPorts<T>, 'files'> & Partial<Pick<SpoolPorts<T>, 'files'>>,
): SinkBuffer<T> {
  const parsed = spoolOptions.parse(options);
  // A name is no path.
  const folder = join(resolve(parsed.directory), ports.name.replaceAll(/[^\w-]/g, '_'));
  return new SpoolBuffer<T>(parsed, folder, { files: diskFiles, ...ports });
}
