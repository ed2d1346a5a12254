import { describe, expect, it } from 'vitest';
import { sampleBatch, sampleEvent } from '../../../core/testing/index.js';
import { nodeWith, PrometheusKit } from '../../support/prometheus-kit.js';

const BYTES = 'mediasoup_producer_bytes_total{worker="0",kind="video",codec="vp8"}';
const unknown = { fill: Number.NaN };

function producers(byteCount: number, fields = {}, tick = 1) {
  return sampleBatch('producer', { ...unknown, entities: [nodeWith('producer', fields)], values: { byteCount }, tick });
}

describe('a counter', () => {
  it('grows by what the stream has grown by', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(producers(1_000));
    kit.plugin.onSamples(producers(1_500, {}, 2));

    expect(await kit.value(BYTES)).toBe(1_500);
  });

  it.each([200, 1_700])(
    'keeps what a closed stream had moved when another takes its slot and moves %d',
    async (next) => {
      const kit = await new PrometheusKit().start();

      kit.plugin.onSamples(producers(1_000));
      kit.plugin.onSamples(producers(next, { openedSeq: 99, changedSeq: 99 }, 2));

      expect(await kit.value(BYTES)).toBe(1_000 + next);
    },
  );

  it('never falls: a reset counts from 0, an unknown value changes nothing', async () => {
    const kit = await new PrometheusKit().start();

    for (const [tick, value] of [1_000, Number.NaN, 300, 400].entries())
      kit.plugin.onSamples(producers(value, {}, tick));

    expect(await kit.value(BYTES)).toBe(1_400);
  });

  it('counts no lost packet twice when the reported number is negative', async () => {
    const kit = await new PrometheusKit().start();
    const lost = (packetsLost: number) => sampleBatch('producer', { ...unknown, values: { packetsLost } });

    for (const value of [5, -3, 4_294_967_281 - 2 ** 32, 7]) kit.plugin.onSamples(lost(value));

    expect(await kit.value('mediasoup_producer_packets_lost_total{kind="video"}')).toBe(7);
  });

  it('of a pipe is none of producers and consumers: the stream was counted where it came from', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(producers(1_000, { type: 'pipe' }));
    kit.plugin.onSamples(sampleBatch('consumer', { entities: [nodeWith('consumer', { type: 'pipe' })] }));

    expect(await kit.value(BYTES)).toBeUndefined();
    expect(await kit.value('mediasoup_consumer_score_count{kind="video",type="pipe"}')).toBeUndefined();
  });

  it('with few known labels is there from the start, at 0', async () => {
    const kit = await new PrometheusKit().start();

    expect(await kit.value('mediasoup_transport_dtls_state_changes_total{state="failed"}')).toBe(0);
    expect(await kit.value('mediasoup_entities_closed_total{entity="worker",reason="worker_died"}')).toBe(0);
  });

  it('of log lines has those that were left out beside those that were told', async () => {
    const kit = await new PrometheusKit().start();
    const line = { namespace: 'Channel', message: 'gone' };
    kit.plugin.onEvents([
      sampleEvent('worker.logged', { ...line, level: 'error', omitted: 0 }, { seq: 100 }),
      sampleEvent('worker.logged', { ...line, level: 'warn', omitted: 7 }, { seq: 101 }),
    ]);

    expect(await kit.value('mediasoup_log_lines_total{level="error"}')).toBe(1);
    expect(await kit.value('mediasoup_log_lines_total{level="warn"}')).toBe(1);
    expect(await kit.value('mediasoup_log_lines_total{level="omitted"}')).toBe(7);
  });

  it.each([
    ['mediasoup_worker_deaths_total{worker="0",signal="SIGKILL"}'],
    ['mediasoup_worker_hangs_total{worker="0"}'],
    ['sfu_monitor_collector_errors_total{collector="monitor"}'],
    ['sfu_monitor_label_overflow_total{metric="mediasoup_producer_bytes_total"}'],
  ])('of a mishap is there before the first one: %s', async (series) => {
    expect(await (await new PrometheusKit().start()).value(series)).toBe(0);
  });

  it('of created and closed entities agrees with what is open, also after events were missed', async () => {
    const kit = await new PrometheusKit().start();
    const created = 'mediasoup_entities_created_total{entity="consumer"}';

    expect(await kit.value(created)).toBe(1);
    kit.plugin.onEvents([{ ...sampleEvent('consumer.created'), seq: 100 }]);
    expect(await kit.value(created)).toBe(2);
    kit.plugin.onEvents([{ ...sampleEvent('monitor.resync'), seq: 101 }]);
    expect(await kit.value('mediasoup_entities_closed_total{entity="consumer",reason="missed"}')).toBe(1);
  });

  it('counts no event that is older than what was read at the start', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onEvents([{ ...sampleEvent('consumer.created'), seq: 1 }]);

    expect(await kit.value('mediasoup_entities_created_total{entity="consumer"}')).toBe(1);
  });
});

describe('units', () => {
  it.each([
    ['jitter', 25, 'mediasoup_producer_jitter_seconds_sum{kind="video"}', 0.025],
    ['roundTripTime', 80, 'mediasoup_producer_round_trip_time_seconds_sum{kind="video"}', 0.08],
    ['bitrate', 8_000, 'mediasoup_producer_throughput_bytes_per_second_sum{kind="video"}', 1_000],
    ['score', 7, 'mediasoup_producer_score_sum{kind="video",type="simulcast"}', 7],
  ] as const)('of %s are base units', async (field, value, series, expected) => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(sampleBatch('producer', { ...unknown, values: { [field]: value } }));

    expect(await kit.value(series)).toBeCloseTo(expected, 9);
  });

  it('of a consumer’s loss are a ratio', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(sampleBatch('consumer', { ...unknown, values: { fractionLost: 0.25 } }));

    expect(await kit.text()).toMatch(/^mediasoup_consumer_fraction_lost_ratio_sum\{kind="\w+"\} 0\.25$/m);
  });

  it('of CPU time are seconds though mediasoup tells milliseconds', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(sampleBatch('worker', { ...unknown, values: { cpuUserMs: 2_500 } }));

    expect(await kit.value('mediasoup_worker_cpu_seconds_total{worker="0",mode="user"}')).toBe(2.5);
  });
});

describe('a histogram of quality', () => {
  const COUNT = 'mediasoup_producer_score_count{kind="video",type="simulcast"}';
  const scored = (tick: number, fields = {}, score = 9) =>
    sampleBatch('producer', { ...unknown, entities: [nodeWith('producer', fields)], values: { score }, tick });

  it('leaves out what is unknown', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(scored(1, {}, Number.NaN));

    expect(await kit.value(COUNT)).toBe(0);
    expect(await kit.value('mediasoup_producer_round_trip_time_seconds_count{kind="video"}')).toBe(0);
  });

  it('weighs by time: a stream sampled in every third interval counts three times', async () => {
    const kit = await new PrometheusKit().start();

    for (const tick of [1, 4, 7]) kit.plugin.onSamples(scored(tick));

    expect(await kit.value(COUNT)).toBe(7);
  });

  it('takes nothing of a paused stream, and the time of a pause does not count', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(scored(1));
    kit.plugin.onSamples(scored(2, { paused: true }));
    kit.plugin.onSamples(scored(40));

    expect(await kit.value(COUNT)).toBe(2);
  });

  it('has cumulative buckets that end with all', async () => {
    const kit = await new PrometheusKit().start();

    kit.plugin.onSamples(scored(1, {}, 3));
    kit.plugin.onSamples(scored(2, {}, 9));

    const bucket = (le: string) =>
      kit.value(`mediasoup_producer_score_bucket{kind="video",type="simulcast",le="${le}"}`);
    expect([await bucket('2.0'), await bucket('3.0'), await bucket('9.0'), await bucket('+Inf')]).toEqual([0, 1, 2, 2]);
  });
});
