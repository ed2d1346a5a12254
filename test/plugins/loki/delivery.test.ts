import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { sampleBatch, sampleEvent } from '../../../core/testing/index.js';
import { FakeLoki } from '../../support/fake-loki.js';
import { SAMPLE_NOW, someEvents, startLoki } from '../../support/loki-kit.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';

const DEADLINE_MS = 60_000;

const now = (): number => SAMPLE_NOW;
const silent = (loki: FakeLoki): readonly string[] => loki.metadata('data_silentMs');
const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${index}`);

/** In the order of their times, which is that of the events. */
function inOrder(loki: FakeLoki): readonly string[] {
  const lines = loki.lines.toSorted((a, b) => (a.ns < b.ns ? -1 : 1));
  return lines.flatMap(({ metadata }) => metadata.data_silentMs ?? []);
}

describe('the Loki plugin', () => {
  it('delivers every event once, compressed and in order, with rising times', async () => {
    const loki = await FakeLoki.start({ now });
    const { plugin, flush } = await startLoki(loki.url);

    plugin.onEvents(someEvents(1_000, SAMPLE_NOW - 10_000, 0));
    await flush();

    assert.deepEqual(silent(loki), numbers(1_000));
    assert.deepEqual(inOrder(loki), numbers(1_000));
    assert.equal(new Set(loki.lines.map(({ ns }) => ns)).size, 1_000);
    for (const { headers, status } of loki.requests) {
      assert.equal(status, 204);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers['content-encoding'], 'gzip');
    }
    assert.equal(plugin.counters().delivered, 1_000);
  });

  it('sends the levels and types it is told to, and no samples', async () => {
    const loki = await FakeLoki.start({ now });
    const { plugin, flush } = await startLoki(loki.url, { minLevel: 'WARN', except: ['consumer.*'] });

    plugin.onEvents([
      sampleEvent('producer.created'),
      sampleEvent('producer.stalled'),
      sampleEvent('consumer.starved'),
    ]);
    await flush();

    assert.equal(plugin.onSamples, undefined);
    assert.deepEqual(loki.metadata('type'), ['producer.stalled']);
  });

  it('sends samples on demand, in streams of their own', async () => {
    const loki = await FakeLoki.start({ now });
    const { plugin, flush } = await startLoki(loki.url, { samples: true });

    plugin.onEvents([sampleEvent('producer.stalled')]);
    plugin.onSamples?.(sampleBatch('producer'));
    await flush();
    await until(() => assert.equal(loki.lines.length, 2), DEADLINE_MS);

    const kinds = new Set(loki.streams.map(({ labels }) => labels.kind));
    assert.deepEqual(kinds, new Set(['producer', 'samples']));
  });

  it('names tenant, user and labels of its own', async () => {
    const loki = await FakeLoki.start({ now, multiTenant: true, authorization: 'Basic dXNlcjpwYXNzOndvcmQ=' });
    const basicAuth = { user: 'user', password: 'pass:word' };
    const { plugin, flush } = await startLoki(loki.url, {
      tenant: 'media',
      basicAuth,
      labels: { region: 'north' },
      job: 'sfu',
    });

    plugin.onEvents(someEvents(1));
    await flush();

    const { labels } = loki.streams[0] ?? { labels: {} };
    assert.deepEqual(labels, { job: 'sfu', region: 'north', node: 'sample-node', level: 'warn', kind: 'producer' });
    assert.equal(loki.requests[0]?.headers['x-scope-orgid'], 'media');
  });

  it('sends a bearer token', async () => {
    const loki = await FakeLoki.start({ now, authorization: 'Bearer token-1234' });
    const { plugin, flush } = await startLoki(loki.url, { bearerToken: 'token-1234' });

    plugin.onEvents(someEvents(1));
    await flush();

    assert.equal(loki.lines.length, 1);
  });

  it('keeps what a wrong password keeps it from sending, and says so once without the password', async () => {
    const loki = await FakeLoki.start({ now, authorization: 'Basic other' });
    const { plugin, logger } = await startLoki(loki.url, { basicAuth: { user: 'u', password: 'secret-password' } });

    plugin.onEvents(someEvents(3));
    await until(() => assert.ok(loki.requests.length >= 5), DEADLINE_MS);

    const errors = logger.messages('error');
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /HTTP 401 \(Unauthorized\): correct the credentials/);
    assert.doesNotMatch(JSON.stringify([logger.lines, plugin.health()]), /secret-password|Basic/);
    assert.equal(plugin.counters().queueLength, 3);
    assert.notEqual(plugin.health().status, 'ok');
  });

  it.each([
    ['a storm of errors', Array.from({ length: 6 }, () => ({ status: 500, text: 'ingester away' }))],
    ['an overloaded gateway', [{ status: 502 }, { status: 503 }, { status: 504 }]],
    ['a rate limit', [{ status: 429, text: 'Ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec)' }]],
    ['a connection that ends within the answer', ['cut', 'cut']],
    ['an answer that is lost', ['lost', 'lost']],
    ['a redirect', [{ status: 302, headers: { location: 'https://login.example' } }]],
  ] as const)('loses and repeats nothing over %s', async (_what, faults) => {
    const loki = await FakeLoki.start({ now });
    loki.faults.push(...(faults as FakeLoki['faults']));
    const { plugin } = await startLoki(loki.url, { maxBatch: 10 });

    plugin.onEvents(someEvents(40));
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.deepEqual(silent(loki), numbers(40));
    assert.equal(loki.faults.length, 0);
  });

  it('waits as long as Loki asks after 429', async () => {
    const loki = await FakeLoki.start({ now });
    loki.faults.push({ status: 429, headers: { 'retry-after': '3600' } });
    const { plugin } = await startLoki(loki.url);

    plugin.onEvents(someEvents(1));
    await until(() => assert.equal(plugin.counters().retries, 1), DEADLINE_MS);
    const flushed = plugin.flush(AbortSignal.timeout(50));

    await assert.rejects(flushed, /not delivered yet/);
    assert.equal(loki.requests.length, 1);
  });

  it('gives up on an answer that does not come, and tries again', async () => {
    const loki = await FakeLoki.start({ now });
    loki.faults.push('hang');
    const { plugin } = await startLoki(loki.url, { writeTimeoutMs: 50 });

    plugin.onEvents(someEvents(3));
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.deepEqual(silent(loki), numbers(3));
  });

  it('finds the lines that Loki refuses, counts those alone, and quotes the answer', async () => {
    const loki = await FakeLoki.start({ now, graceMs: 0 });
    const { plugin, logger } = await startLoki(loki.url, { maxAgeMs: 20 });
    const events = [...someEvents(400)];
    events[123] = sampleEvent('producer.stalled', { silentMs: 123 }, { at: SAMPLE_NOW + 60_000 });

    plugin.onEvents(events);
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.deepEqual(
      silent(loki),
      numbers(400).filter((number) => number !== '123'),
    );
    assert.equal(plugin.counters().durableDroppedRejected, 1);
    assert.match(logger.messages('error').join('\n'), /HTTP 400 .*timestamp too new/);
  });

  it('does not ask about every line when all of them are refused', async () => {
    const loki = await FakeLoki.start({ now, allowMetadata: false });
    const { plugin, logger } = await startLoki(loki.url, { maxAgeMs: 20 });

    plugin.onEvents(someEvents(500));
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.equal(plugin.counters().durableDroppedRejected, 500);
    assert.ok(loki.requests.length <= 30, `${loki.requests.length} requests`);
    assert.match(logger.messages('error')[0] ?? '', /structured metadata, but this feature is disallowed/);
  });

  it('divides what is too large for a proxy', async () => {
    const loki = await FakeLoki.start({ now, maxBodyBytes: 3_000 });
    const { plugin } = await startLoki(loki.url, { maxAgeMs: 20 });

    plugin.onEvents(someEvents(200));
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.deepEqual(inOrder(loki), numbers(200));
  });

  it('counts as refused what Loki throws away with a status that looks like success', async () => {
    const loki = await FakeLoki.start({ now, blockedStatus: 260 });
    const { plugin, logger } = await startLoki(loki.url);

    plugin.onEvents(someEvents(2));
    await until(() => assert.equal(plugin.counters().durableDroppedRejected, 2), DEADLINE_MS);

    assert.equal(plugin.counters().delivered, 0);
    assert.match(logger.messages('error')[0] ?? '', /HTTP 260 \(ingestion blocked/);
  });

  it('sends nothing that is too old after a long outage, counts it, and delivers the rest', async () => {
    const day = 24 * 3_600_000;
    const clock = { now: SAMPLE_NOW };
    const loki = await FakeLoki.start({ now: () => clock.now });
    loki.always = { status: 503 };
    const { plugin, time } = await startLoki(loki.url);
    // Three a day for ten days.
    plugin.onEvents(someEvents(30, SAMPLE_NOW, day / 3));
    await until(() => assert.ok(loki.requests.length > 0), DEADLINE_MS);

    time.now = clock.now = SAMPLE_NOW + 10 * day;
    loki.always = undefined;
    await until(() => assert.equal(plugin.counters().queueLength, 0), DEADLINE_MS);

    assert.deepEqual(loki.discarded, []);
    assert.equal(plugin.counters().tooOld, 9);
    assert.deepEqual(silent(loki), numbers(30).slice(9));
  });

  it('delivers after a restart what it kept on disk', async () => {
    const loki = await FakeLoki.start({ now });
    loki.always = { status: 503 };
    const spool = { directory: temporaryFolder(), syncMs: 10 };
    const first = await startLoki(loki.url, { spool });
    first.plugin.onEvents(someEvents(20));
    await until(() => assert.equal(first.plugin.counters().spoolRecords, 20), DEADLINE_MS);
    await first.plugin.stop();
    loki.always = undefined;

    const second = await startLoki(loki.url, { spool });
    second.plugin.onEvents([sampleEvent('producer.stalled', { silentMs: 20 }, { at: SAMPLE_NOW })]);
    await until(() => assert.equal(loki.lines.length, 21), DEADLINE_MS);

    assert.deepEqual(silent(loki), numbers(21));
  });

  it('starts while Loki is away, and delivers once it is there', async () => {
    const { plugin, logger } = await startLoki('http://127.0.0.1:9/');

    plugin.onEvents(someEvents(1));
    await until(() => assert.ok((plugin.counters().retries ?? 0) > 2), DEADLINE_MS);

    assert.equal(logger.messages('error').length, 1);
    assert.match(logger.messages('error')[0] ?? '', /127\.0\.0\.1:9\/loki\/api\/v1\/push: connect ECONNREFUSED/);
  });
});
