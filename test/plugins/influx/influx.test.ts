import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sampleBatch, sampleEvent } from '../../../core/testing/index.js';
import { startInflux } from '../../support/influx-kit.js';
import { InfluxServer } from '../../support/influxdb.js';
import { FakeInflux2 } from '../../support/fake-influx2.js';
import { httpServer, answer } from '../../support/http-server.js';
import { until } from '../../support/until.js';

const DEADLINE_MS = 60_000;
const CREDENTIALS = { user: 'sfu', password: 'wherefore art' };

/** A row without what InfluxDB fills in for series of one measurement that have other fields. */
const known = (row: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

describe('the Influx plugin with a real InfluxDB', () => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await InfluxServer.start(CREDENTIALS);
    for (const name of ['state', 'events', 'quality']) await server.query(`CREATE DATABASE ${name}`);
  });
  afterAll(() => server.stop());

  it('writes the numbers of the SFU, its workers, rooms and machine as they are', async () => {
    const v1 = { database: 'state', ...CREDENTIALS };
    const options = { v1, rooms: { enabled: true }, tags: { region: 'far north' } };
    const { collect, graph, stats, host, settled } = await startInflux(server.url, options);

    collect();
    await settled();

    const snapshot = graph.snapshot();
    const [sfu] = await server.rows('state', 'sfu');
    const totals = stats.totals({ scope: 'sfu' });
    assert.deepEqual([sfu?.node, sfu?.region], ['sample-node', 'far north']);
    assert.deepEqual(
      [sfu?.workers, sfu?.consumers, sfu?.rooms, sfu?.peers],
      [snapshot.count('worker'), snapshot.count('consumer'), snapshot.rooms().length, snapshot.peers().length],
    );
    assert.equal(sfu?.bytesReceived, totals.bytesReceived);
    assert.equal(sfu?.recvBitrate, totals.recvBitrate);
    const workers = await server.rows('state', 'sfu_worker');
    assert.deepEqual(
      workers.map((row) => row.worker),
      snapshot.all('worker').map(({ id }) => id),
    );
    assert.equal(workers[0]?.up, true);
    const rooms = await server.rows('state', 'sfu_room');
    assert.deepEqual(
      rooms.map((row) => row.room),
      snapshot.rooms().map(({ room }) => room),
    );
    const [machine] = await server.rows('state', 'sfu_host');
    assert.equal(machine?.memoryTotal, host.latest?.memory.total);
    assert.equal(machine?.cpuRatio, host.latest?.cpu.ratio);
    assert.equal('swapTotal' in known(machine), false);
    const [port] = await server.rows('state', 'sfu_interface');
    assert.deepEqual([port?.interface, port?.bytesReceived], ['eth 0', 9_007_199_254_740_991]);
  });

  it('writes mean and worst of what was sampled, and forgets it then', async () => {
    const { plugin, collect, settled } = await startInflux(server.url, { v1: { database: 'quality', ...CREDENTIALS } });

    plugin.onSamples?.(sampleBatch('consumer', { values: { score: 4, lossRatio: 0.75, roundTripTime: Number.NaN } }));
    plugin.onSamples?.(sampleBatch('consumer', { values: { score: 10, lossRatio: 0.25, roundTripTime: Number.NaN } }));
    collect();
    await settled();
    collect();
    await settled();

    const [first, second] = await server.rows('quality', 'sfu');
    assert.deepEqual([first?.consumerScoreMean, first?.consumerScoreWorst], [7, 4]);
    assert.deepEqual([first?.consumerLossRatioMean, first?.consumerLossRatioWorst], [0.5, 0.75]);
    assert.equal('consumerRttMsMean' in known(first), false);
    assert.equal('consumerScoreMean' in known(second), false);
  });

  it('writes events on demand, each as a point of its own', async () => {
    const events = { enabled: true };
    const { plugin, settled } = await startInflux(server.url, { v1: { database: 'events', ...CREDENTIALS }, events });
    const at = 1_700_000_000_000;

    plugin.onEvents?.([
      ...Array.from({ length: 50 }, (_, index) => sampleEvent('producer.stalled', { silentMs: index }, { at })),
      sampleEvent('producer.created'),
    ]);
    await settled();

    const rows = await server.rows('events', 'sfu_event');
    assert.equal(rows.length, 50);
    assert.equal(rows[0]?.type, 'producer.stalled');
    assert.equal(typeof rows[0]?.message, 'string');
    assert.equal(new Set(rows.map(({ id }) => id)).size, 50);
  });

  it('keeps what a wrong password or a missing database keeps it from writing, says so once and never with the password', async () => {
    for (const [v1, message] of [
      [{ database: 'state', user: 'sfu', password: 'not-the-password' }, /HTTP 401 .*correct the credentials/],
      [{ database: 'nowhere', ...CREDENTIALS }, /HTTP 404 .*database not found.*make what it names/],
    ] as const) {
      const { plugin, logger, collect } = await startInflux(server.url, { v1 });
      collect();
      await until(() => assert.ok((plugin.counters().retries ?? 0) >= 3), DEADLINE_MS);

      const told = JSON.stringify([logger.messages('error'), plugin.health()]);
      assert.equal(logger.messages('error').length, 1);
      assert.match(told, message);
      assert.doesNotMatch(told, /not-the-password|wherefore/);
      assert.ok((plugin.counters().queueLength ?? 0) > 0);
      await plugin.stop();
    }
  });

  it('counts a point that InfluxDB refuses for its type alone, and delivers its company', async () => {
    await server.query('CREATE DATABASE clash');
    const body = 'sfu_worker,node=x up="text" 1';
    const headers = { authorization: `Basic ${Buffer.from(`sfu:${CREDENTIALS.password}`).toString('base64')}` };
    await fetch(`${server.url}/write?db=clash`, { method: 'POST', headers, body });
    // A conflict is one within a shard only: the week of the sample's time.
    await fetch(`${server.url}/write?db=clash&precision=s`, {
      method: 'POST',
      headers,
      body: 'sfu_worker,node=x up="text" 1700000000',
    });
    const { plugin, collect, logger, settled } = await startInflux(server.url, {
      v1: { database: 'clash', ...CREDENTIALS },
      maxAgeMs: 50,
    });

    collect();
    await settled();

    assert.match(logger.messages('error').join('\n'), /HTTP 400 .*field type conflict/);
    assert.equal(plugin.counters().latestDroppedRejected, 1);
    assert.equal((await server.rows('clash', 'sfu')).length, 1);
  });
});

describe('the Influx plugin with the write API of InfluxDB 2', () => {
  const v2 = { org: 'my org', bucket: 'sfu', token: 'token-abcdefgh' };

  it('writes lines that are well-formed, over errors and waits', async () => {
    const fake = await FakeInflux2.start(v2.token);
    fake.faults.push(
      { status: 500 },
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 503, headers: { 'retry-after': '0' } },
    );
    const { plugin, collect, settled } = await startInflux(fake.url, { v2, rooms: { enabled: true } });

    collect();
    await settled();

    assert.deepEqual(fake.statuses.slice(0, 3), [500, 429, 503]);
    assert.ok(fake.lines.some((line) => line.startsWith('sfu,node=sample-node ')));
    assert.equal(plugin.counters().delivered, fake.lines.length);
  });

  it('finds the one line that is refused', async () => {
    const fake = await FakeInflux2.start(v2.token);
    fake.poison = 'sfu_host,';
    const { plugin, collect, settled } = await startInflux(`${fake.url}/`, { v2 });

    collect();
    await settled();

    assert.equal(plugin.counters().latestDroppedRejected, 1);
    assert.equal(plugin.counters().delivered, fake.lines.length);
  });

  it('refuses to start without a place to write to, or with two', async () => {
    const v1 = { database: 'x' };
    await assert.rejects(startInflux('http://127.0.0.1:9', {}), /plugins\.influx: give either v1 .* or v2/);
    await assert.rejects(startInflux('http://127.0.0.1:9', { v1, v2 }), /plugins\.influx: give either v1 .* or v2/);
  });

  it('leaves out what is not asked for, so that nothing is sampled or delivered for it', async () => {
    const { url } = await httpServer((_request, response) => answer(response, 204));
    const { plugin } = await startInflux(url, { v2, quality: false });

    assert.deepEqual([plugin.onEvents, plugin.onSamples], [undefined, undefined]);
  });
});
