import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import type { SinkOptions } from '../../../core/dispatch/sink-api.js';
import { fail, sinkWith, succeed } from '../../support/sinks.js';
import { eventually } from '../../support/spools.js';
import { temporaryFolder, writeFile } from '../../support/temporary-folder.js';

const spooled = (directory: string, options: Partial<SinkOptions<string>> = {}): Partial<SinkOptions<string>> => ({
  maxAgeMs: 10,
  ...options,
  spool: { directory, ...options.spool },
});

const spoolFiles = (folder: string): string[] =>
  readdirSync(join(folder, 'test')).filter((name) => name.endsWith('.spool'));

describe('a sink with a spool', () => {
  it('writes nothing while the receiver is quick', async () => {
    const folder = temporaryFolder();
    const { sink, clock } = sinkWith(succeed, spooled(folder));
    await eventually(clock, () => assert.deepEqual(readdirSync(join(folder, 'test')), ['lock']), 0);
    for (let i = 0; i < 50; i++) {
      sink.push(`item ${i}`);
      await clock.advanceAsync(20);
    }
    await eventually(clock, () => assert.equal(sink.stats().delivered, 50));

    assert.deepEqual(spoolFiles(folder), []);
    await sink.stop();
    assert.equal(clock.pending, 0);
  });

  it('has on disk what is not acknowledged, and sends it after a restart in order, with the same ids', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(fail, spooled(folder));
    for (let i = 0; i < 1_000; i++) first.sink.push(`item ${i}`);
    await eventually(first.clock, () => assert.equal(first.sink.stats().spoolRecords, 1_000));
    await eventually(first.clock, () => assert.ok(first.batches.length > 0));
    await first.sink.stop();
    assert.equal(first.sink.stats().dropped.stopped, 0);

    const second = sinkWith(succeed, spooled(folder));
    second.sink.push('new');
    await eventually(second.clock, () => assert.equal(second.sink.stats().delivered, 1_001));

    assert.deepEqual(second.items().flat(), [...Array.from({ length: 1_000 }, (_, i) => `item ${i}`), 'new']);
    assert.equal(second.sink.stats().recovered, 1_000);
    assert.deepEqual(second.batches[0]?.ids.slice(0, 500), first.batches[0]?.ids);
    await second.sink.stop();
    assert.deepEqual(readdirSync(join(folder, 'test')), []);
  });

  it('keeps on disk what memory has no room for, and reads it back in order', async () => {
    const folder = temporaryFolder();
    let works = false;
    const kit = sinkWith(
      async () => {
        if (!works) throw new Error('refused');
      },
      spooled(folder, { capacityBytes: 131_072, maxBatch: 20, retry: { maxMs: 500 } }),
    );
    const { sink, clock } = kit;
    const sent = Array.from({ length: 3_000 }, (_, i) => `item ${i} ${'x'.repeat(100)}`);
    for (let i = 0; i < sent.length; i += 50) {
      for (const item of sent.slice(i, i + 50)) sink.push(item);
      await eventually(clock, () => assert.ok(sink.stats().spoolRecords >= i));
    }
    await eventually(clock, () => assert.equal(sink.stats().spoolRecords, 3_000));
    assert.equal(sink.stats().queueLength, 3_000);
    assert.ok(sink.stats().queueBytes <= 131_072);
    assert.ok(sink.stats().oldestAgeMs > 0);

    works = true;
    const before = kit.batches.length;
    await eventually(clock, () => assert.equal(sink.stats().delivered, 3_000));

    // The batch in flight at the time may be under way already.
    const received = [...new Set(kit.items().slice(before).flat())];
    assert.deepEqual(received, sent);
    assert.deepEqual(
      Object.values(sink.stats().dropped).filter((count) => count > 0),
      [],
    );
    assert.deepEqual([sink.stats().queueLength, sink.stats().queueBytes, sink.stats().spoolRecords], [0, 0, 0]);
    await sink.stop();
  });

  it('sends after a restart no more than what was not acknowledged one by one', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(
      async (batch) => {
        if (batch.attempt === 1) return Promise.reject(new Error('refused'));
        for (let i = 0; i < 30; i++) batch.ack(i);
        throw new Error('cut');
      },
      spooled(folder, { maxBatch: 100, retry: { initialMs: 1_000, maxMs: 60_000, factor: 10 } }),
    );
    for (let i = 0; i < 100; i++) first.sink.push(`item ${i}`);
    await eventually(first.clock, () => assert.equal(first.sink.stats().spoolRecords, 100));
    await eventually(first.clock, () => assert.equal(first.sink.stats().spoolRecords, 70));
    await first.sink.stop();

    const second = sinkWith(succeed, spooled(folder));
    await eventually(second.clock, () => assert.equal(second.sink.stats().delivered, 70));

    assert.equal(second.items().flat()[0], 'item 30');
    await second.sink.stop();
  });

  it('drops the oldest beyond its bytes and its age, counts them, and tells the receiver of the gap', async () => {
    const folder = temporaryFolder();
    let works = false;
    const { sink, clock, items } = sinkWith(
      async () => {
        if (!works) throw new Error('refused');
      },
      {
        ...spooled(folder, { capacityBytes: 65_536, maxBatch: 10 }),
        spool: { directory: folder, maxBytes: 65_536, segmentBytes: 16_384, maxAgeMs: 3_600_000 },
        fromGap: ({ reason, count }) => `gap ${reason} ${count}`,
      },
    );
    for (let i = 0; i < 1_000; i++) {
      sink.push(`item ${String(i).padStart(4, '0')} ${'x'.repeat(200)}`);
      if (i % 50 === 49)
        await eventually(clock, () => assert.ok(sink.stats().spoolRecords > 0 && sink.stats().queueBytes < 50_000));
    }
    await eventually(clock, () => assert.ok(sink.stats().dropped.overflow > 0));
    assert.ok(sink.stats().spoolBytes <= 65_536);

    works = true;
    await eventually(clock, () => assert.equal(sink.stats().queueLength, 0), 1_000);

    const { delivered, dropped } = sink.stats();
    const gaps = items()
      .flat()
      .filter((item) => item.startsWith('gap overflow'));
    assert.equal(delivered - new Set(gaps).size + dropped.overflow, 1_000);
    const told = [...new Set(gaps)].reduce((sum, gap) => sum + Number(gap.split(' ')[2]), 0);
    assert.equal(told, dropped.overflow);
    await sink.stop();
  });

  it('does not deliver what is too old', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(fail, spooled(folder));
    first.sink.push('old');
    await eventually(first.clock, () => assert.equal(first.sink.stats().spoolRecords, 1));
    await first.sink.stop();

    const second = sinkWith(succeed, { ...spooled(folder), spool: { directory: folder, maxAgeMs: 1_000 } });
    second.clock.jumpWallTime(3_600_000);
    await eventually(second.clock, () => assert.equal(second.sink.stats().dropped.expired, 1));
    second.sink.push('new');
    await second.sink.flush();

    assert.deepEqual(second.items(), [['new']]);
    await second.sink.stop();
  });

  it('goes on in memory when a file stands where the folder should be, and uses the folder once it can', async () => {
    const folder = temporaryFolder();
    const file = writeFile(folder, 'test', 'in the way');
    let works = true;
    const { sink, clock, items, logger } = sinkWith(async () => {
      if (!works) throw new Error('refused');
    }, spooled(folder));
    sink.push('a');
    await eventually(clock, () => assert.equal(sink.stats().delivered, 1));
    assert.deepEqual(items(), [['a']]);
    const health = sink.health();
    assert.ok(health.status === 'degraded' && health.reason.includes('a file stands where the folder should be'));
    assert.ok(logger.messages('error').some((line) => line.includes(file)));

    works = false;
    rmSync(file);
    sink.push('b');
    await eventually(clock, () => assert.equal(sink.stats().spoolRecords, 1), 500);
    works = true;
    await eventually(clock, () => assert.deepEqual(sink.health(), { status: 'ok' }), 500);
    await sink.stop();
    assert.equal(clock.pending, 0);
  });

  it('does not share its folder with another one', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(succeed, spooled(folder));
    await eventually(first.clock, () => assert.deepEqual(readdirSync(join(folder, 'test')), ['lock']));
    const second = sinkWith(succeed, spooled(folder));

    await eventually(second.clock, () => {
      const health = second.sink.health();
      assert.ok(health.status !== 'ok' && health.reason.includes(`in use by process ${process.pid}`));
    });
    await first.sink.stop();
    await eventually(second.clock, () => assert.equal(second.sink.health().status, 'ok'), 1_000);
    await second.sink.stop();
  });

  it('takes over from a process that is dead', async () => {
    const folder = temporaryFolder();
    const first = sinkWith(succeed, spooled(folder));
    await eventually(first.clock, () => assert.deepEqual(readdirSync(join(folder, 'test')), ['lock']));
    await first.sink.stop();
    const dead = { token: 't', place: 'elsewhere', pid: 2 ** 30, began: null };
    writeFileSync(join(folder, 'test', 'lock'), JSON.stringify(dead));
    const second = sinkWith(succeed, spooled(folder));
    await eventually(second.clock, () => assert.equal(second.sink.health().status, 'degraded'));
    await second.sink.stop();
  });
});
