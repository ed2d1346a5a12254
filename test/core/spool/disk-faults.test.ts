import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, onTestFinished } from 'vitest';
import { openSpool } from '../../../core/spool/open-spool.js';
import { ManualClock } from '../../../core/testing/manual-clock.js';
import { RecordingLogger } from '../../../core/testing/recording-logger.js';
import { fail, sinkWith, succeed } from '../../support/sinks.js';
import { eventually, fallibleFiles, newRun } from '../../support/spools.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** A disk of this size; `null` where this process may not mount one. */
function smallDisk(bytes: number): string | null {
  const folder = temporaryFolder();
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('/bin/umount', ['-l', folder]);
  });
  return folder;
}

function bufferWith(capacityBytes = 1_000_000) {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const disk = fallibleFiles();
  const lost: Record<string, number> = {};
  const folder = temporaryFolder();
  const buffer = openSpool<string>(
    { directory: folder },
    {
      name: 'test',
      run: newRun(),
      clock,
      logger,
      files: disk.files,
      sizeOf: (item) => item.length,
      capacityBytes,
      overflow: 'dropOldest',
      onLost: (reason, count) => {
        if (count > 0) lost[reason] = (lost[reason] ?? 0) + count;
      },
      onReady: () => undefined,
    },
  );
  let order = 0;
  const push = (text: string): void =>
    buffer.push({ order: ++order, id: `id-${order}`, value: text, bytes: text.length, at: clock.now() });
  return { buffer, clock, logger, disk, lost, push, folder };
}

describe('a spool whose disk fails', () => {
  for (const [code, words] of [
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the disk may only be read'],
    ['EACCES', 'the folder may not be written to'],
    ['EIO', 'the disk does not work'],
  ] as const) {
    it(`names ${code}, goes on in memory, and writes everything once it can`, async () => {
      const { buffer, clock, logger, disk, lost, push } = bufferWith();
      push('a');
      await eventually(clock, () => assert.equal(buffer.spool?.records, 1));
      disk.fail(code);
      push('b');
      push('c');
      await eventually(clock, () => assert.ok(buffer.spool?.problem?.includes(words)));
      assert.equal(logger.messages('error').length, 1);
      assert.ok(logger.messages('error')[0]?.includes(words));
      const limits = { items: 10, bytes: 1_000 };
      const taken = [...(await buffer.take(limits)), ...(await buffer.take(limits))];
      assert.deepEqual(
        taken.map(({ value }) => value),
        ['a', 'b', 'c'],
      );
      await eventually(clock, () => assert.ok(clock.monotonic() > 60_000), 50);

      disk.fail(null);
      await eventually(clock, () => assert.equal(buffer.spool?.problem, null), 20);
      assert.equal(buffer.spool?.records, 3);
      assert.deepEqual(logger.messages('info'), ['test: the spool works again']);
      assert.equal(await buffer.close(), 0);
      assert.deepEqual(lost, {});
      assert.equal(clock.pending, 0);
    });
  }

  it('keeps no more in memory than it may, and counts what is lost by that', async () => {
    const { buffer, clock, disk, lost, push } = bufferWith(10_000);
    await eventually(clock, () => assert.equal(clock.pending, 1));
    disk.fail('ENOSPC');
    for (let i = 0; i < 100; i++) push('x'.repeat(244));

    assert.equal(buffer.length, 20);
    assert.ok(buffer.bytes <= 10_000);
    assert.deepEqual(lost, { overflow: 80 });
    disk.fail(null);
    await buffer.close();
  });

  it('tells at its end what it could not write', async () => {
    const { buffer, disk, push } = bufferWith();
    disk.fail('ENOSPC');
    push('a');

    assert.equal(await buffer.close(), 1);
  });
});

describe('a sink on a disk that is really full', () => {
  it('says so, delivers from memory, and is well again when there is room', async ({ skip }) => {
    const folder = smallDisk(1_048_576);
    if (folder === null) return skip('this process may not mount a file system');
    let works = false;
    const { sink, clock, items } = sinkWith(
      async () => {
        if (!works) throw new Error('refused');
      },
      { maxAgeMs: 10, retry: { maxMs: 1_000 }, spool: { directory: folder } },
    );
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(600_000));
    const sent = Array.from({ length: 2_000 }, (_, i) => `item ${i} ${'x'.repeat(500)}`);
    for (const item of sent) sink.push(item);
    await eventually(clock, () => {
      const health = sink.health();
      assert.ok(health.status !== 'ok' && health.reason.includes('the disk is full'));
    });

    works = true;
    await eventually(clock, () => assert.equal(sink.stats().delivered, 2_000));
    rmSync(join(folder, 'ballast'));
    sink.push('last');
    await eventually(clock, () => assert.deepEqual(sink.health(), { status: 'ok' }), 50);

    assert.deepEqual(new Set(items().flat()), new Set([...sent, 'last']));
    await sink.stop();
  });
});

describe('a sink on damaged files', () => {
  it('leaves the damaged record out, counts it, and says so once', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(fail, { maxAgeMs: 10, spool: { directory: folder } });
    for (let i = 0; i < 100; i++) first.sink.push(`item ${i}`);
    await eventually(first.clock, () => assert.equal(first.sink.stats().spoolRecords, 100));
    await first.sink.stop();
    const name = readdirSync(join(folder, 'test')).find((one) => one.endsWith('.spool'));
    const file = join(folder, 'test', name ?? '');
    const bytes = readFileSync(file);
    bytes[bytes.indexOf('item 50')] = 0;
    writeFileSync(file, bytes);

    const second = sinkWith(succeed, { maxAgeMs: 10, spool: { directory: folder } });
    await eventually(second.clock, () => assert.equal(second.sink.stats().delivered, 99));

    assert.equal(second.sink.stats().dropped.corrupted, 1);
    assert.deepEqual(second.logger.messages('error'), ['test: damaged records on disk were left out']);
    assert.deepEqual(second.sink.health(), { status: 'degraded', reason: 'items were lost: corrupted' });
    await second.sink.stop();
  });
});
