import { describe, expect, it } from 'vitest';
import { readTextBelow } from '../../../../core/host/linux/file-reader.js';
import { temporaryFolder, writeFile } from '../../../support/temporary-folder.js';

describe('files of the kernel', () => {
  it('are read whole, also what is longer than the memory for it, and short ones after long ones', async () => {
    const folder = temporaryFolder();
    const long = 'cpu 1 2 3 ä\n'.repeat(5_000);
    writeFile(folder, 'proc/stat', long);
    writeFile(folder, 'proc/loadavg', '0.1 0.2\n');
    const read = readTextBelow(folder);

    expect(await read('/proc/loadavg')).toBe('0.1 0.2\n');
    expect(await read('/proc/stat')).toBe(long);
    expect(await read('/proc/loadavg')).toBe('0.1 0.2\n');
  });

  it('do not mix when they are read at the same time', async () => {
    const folder = temporaryFolder();
    const texts = Array.from({ length: 8 }, (_, i) => `${i} `.repeat(1 + i * 3_000));
    for (const [i, text] of texts.entries()) writeFile(folder, `proc/${i}`, text);
    const read = readTextBelow(folder);

    expect(await Promise.all(texts.map((_, i) => read(`/proc/${i}`)))).toEqual(texts);
  });

  it('are null where there is none, or it is a folder', async () => {
    const folder = temporaryFolder();
    writeFile(folder, 'proc/net/dev', 'x');
    const read = readTextBelow(folder);

    expect(await read('/proc/missing')).toBeNull();
    expect(await read('/proc/net')).toBeNull();
    expect(await read('/proc/net/dev')).toBe('x');
  });

  it('are read into memory that is used again', async () => {
    const read = readTextBelow('/');
    await read('/proc/self/stat');
    const before = process.memoryUsage().arrayBuffers;

    for (let i = 0; i < 50; i++) await read('/proc/self/stat');

    // 16 kB each would be 0.8 MB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(400_000);
  });
});
