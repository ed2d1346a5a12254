import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, onTestFinished } from 'vitest';
import { parseOptions, systemClock } from '../../../core/index.js';
import { RecordingLogger, sampleBatch, sampleEvent, sampleRecords } from '../../../core/testing/index.js';
import { stdoutOptions } from '../../../plugins/stdout/options.js';
import { StdoutPlugin } from '../../../plugins/stdout/plugin.js';
import { StdoutChild } from '../../support/stdout-child.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

interface Line {
  readonly type: string;
  readonly data: { readonly silentMs: number; readonly count: number };
}

/** Every line parsed; fails when one is torn. */
function linesOf(text: string): readonly Line[] {
  assert.ok(text === '' || text.endsWith('\n'));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

const numbersOf = (lines: readonly Line[]): readonly number[] =>
  lines.filter(({ type }) => type === 'producer.stalled').map(({ data }) => data.silentMs);

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

async function startPlugin(options: object) {
  const parsed = parseOptions(stdoutOptions, { maxAgeMs: 0, ...options }, 'plugins.stdout');
  const plugin = new StdoutPlugin(parsed, new RecordingLogger(), systemClock, sampleRecords(), 'stdout');
  onTestFinished(() => plugin.stop());
  await plugin.start();
  return { plugin, flush: () => plugin.flush(AbortSignal.timeout(30_000)) };
}

const stalled = (count: number, from = 0) =>
  upTo(count).map((index) => sampleEvent('producer.stalled', { silentMs: from + index }));

describe('the stdout plugin on a pipe', () => {
  it('writes one line of JSON for each record, in order, and all of them before it stops', async () => {
    const child = await StdoutChild.start({});
    const output = child.read();

    await child.ask('publish', 5_000);
    await child.ask('flush', 30_000);
    const { counters, listeners } = await child.ask('stop');

    assert.deepEqual(numbersOf(linesOf(await output)), upTo(5_000));
    assert.equal(counters.delivered, 5_000);
    assert.equal(listeners, 0);
    assert.equal(await child.exited(), 0);
  });

  it('never holds the event loop when nobody reads; what does not fit is counted, and told in its place', async () => {
    const child = await StdoutChild.start({ capacity: 2_000, maxAgeMs: 0, writeTimeoutMs: 100 });

    // A pipe takes 64 KiB, so that the first write of some hundred lines does not end. Every answer is a turn of the loop.
    for (let i = 0; i < 20; i++) await child.ask('publish', 500);
    const { counters: stuck } = await child.ask('flush', 200);

    assert.ok((stuck.durableDroppedOverflow ?? 0) > 0);
    assert.ok((stuck.queueLength ?? Infinity) <= 2_000);

    const output = child.read();
    await child.ask('flush', 30_000);
    const { counters } = await child.ask('stop');
    const lines = linesOf(await output);
    const numbers = numbersOf(lines);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].toSorted((a, b) => a - b),
    );
    assert.equal(numbers.length + (counters.durableDroppedOverflow ?? 0), 10_000);
    const told = lines
      .filter(({ type }) => type === 'monitor.recordsLost')
      .reduce((sum, { data }) => sum + data.count, 0);
    assert.equal(told, counters.durableDroppedOverflow);
  });

  it('ends with the process although a write is stuck', async () => {
    const child = await StdoutChild.start({ maxAgeMs: 0 });
    await child.ask('publish', 2_000);

    child.child.kill('SIGTERM');
    await child.exited();

    assert.equal(child.child.signalCode, 'SIGTERM');
  });

  it('does no harm when its reader goes away, and says that nobody reads', async () => {
    const child = await StdoutChild.start({ maxAgeMs: 0 });
    child.child.stdout?.destroy();

    await child.ask('publish', 1_000);
    await child.ask('flush', 5_000);
    await child.ask('publish', 1_000);
    await child.ask('flush', 5_000);
    const { counters, errors, health } = await child.ask('status');
    const { listeners } = await child.ask('stop');

    assert.equal((counters.delivered ?? 0) + (counters.durableDroppedRejected ?? 0), 2_000);
    assert.ok((counters.durableDroppedRejected ?? 0) >= 1_000);
    assert.match(errors[0] ?? '', /nobody reads: .*EPIPE/);
    assert.notEqual(health.status, 'ok');
    assert.equal(listeners, 0);
    assert.equal(await child.exited(), 0);
  });
});

describe('the stdout plugin on a file', () => {
  it('adds its lines when the output of the process is one', async () => {
    const file = join(temporaryFolder(), 'out.jsonl');
    const descriptor = openSync(file, 'a');
    onTestFinished(() => closeSync(descriptor));
    const child = await StdoutChild.start({}, descriptor);

    await child.ask('publish', 1_000);
    await child.ask('flush', 30_000);
    await child.ask('stop');

    assert.deepEqual(numbersOf(linesOf(readFileSync(file, 'utf8'))), upTo(1_000));
  });

  it('adds its lines to the file it is told, and goes on in a new one when that is moved away', async () => {
    const file = join(temporaryFolder(), 'sfu.jsonl');
    writeFileSync(file, '{"type":"before"}\n');
    const { plugin, flush } = await startPlugin({ stream: file });

    plugin.onEvents(stalled(3));
    await flush();
    renameSync(file, `${file}.1`);
    plugin.onEvents(stalled(3, 3));
    await flush();

    assert.deepEqual(numbersOf(linesOf(readFileSync(`${file}.1`, 'utf8'))), [0, 1, 2]);
    assert.deepEqual(numbersOf(linesOf(readFileSync(file, 'utf8'))), [3, 4, 5]);
  });

  it('writes samples on demand only', async () => {
    const folder = temporaryFolder();
    const silent = await startPlugin({ stream: join(folder, 'a') });
    const told = await startPlugin({ stream: join(folder, 'b'), samples: true });

    assert.equal(silent.plugin.onSamples, undefined);
    told.plugin.onSamples?.(sampleBatch('producer'));
    await told.flush();

    assert.match(readFileSync(join(folder, 'b'), 'utf8'), /"type":"producer.sampled"/);
  });

  it.each([
    ['/nonexistent/folder/file', /plugins\.stdout\.stream cannot be written: ENOENT/],
    ['/dev/zero', /\/dev\/zero is no regular file/],
  ])('refuses to start on %s', async (stream, message) => {
    await assert.rejects(startPlugin({ stream }), message);
  });
});

describe('the options of the stdout plugin', () => {
  it('say what a stream may be', () => {
    for (const stream of ['stdin', 'file.log', '', '/var/log/'])
      assert.throws(
        () => parseOptions(stdoutOptions, { stream }, 'plugins.stdout'),
        /plugins\.stdout\.stream.*the path of a file/s,
      );
  });
});
