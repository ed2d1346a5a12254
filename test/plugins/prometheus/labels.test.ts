import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../core/option-errors.js';
import { sampleBatch } from '../../../core/testing/index.js';
import { prometheusOptions } from '../../../plugins/prometheus/options.js';
import { boundText, labelsText, numberText } from '../../../plugins/prometheus/series/text.js';
import { nodeWith, PrometheusKit } from '../../support/prometheus-kit.js';

const parse = (options: object) => parseOptions(prometheusOptions, options, 'plugins.prometheus');
const producer = (fields: object, slot: number) =>
  sampleBatch('producer', {
    entities: [nodeWith('producer', { ...fields, slot, openedSeq: 100 + slot, changedSeq: 100 + slot })],
  });

describe('options', () => {
  it.each([
    [{ exclude: ['mediasoup_wrokers'] }, 'exclude'],
    [{ withoutLabels: ['worker'] }, 'withoutLabels'],
    [{ groupBy: { labels: ['le'] } }, 'groupBy.labels'],
    [{ groupBy: { labels: ['__name__'] } }, 'groupBy.labels'],
    [{ groupBy: { labels: ['a-b'] } }, 'groupBy.labels'],
    [{ groupBy: { labels: ['codec'] } }, 'groupBy.labels'],
    [{ labelLimits: { kind: 3 } }, 'labelLimits'],
    [{ registry: {} }, 'registry'],
    [{ token: 'short' }, 'token'],
    [{ compat: ['zabbix'] }, 'compat'],
    [{ compatibility: { edumeet: { numeric: false } } }, 'compatibility.edumeet.numeric'],
    [{ byId: { maxSeries: 1e9 } }, 'byId.maxSeries'],
  ])('%j are refused by name', (options, path) => {
    expect(() => parse(options)).toThrow(`plugins.prometheus.${path}`);
  });
});

describe('labels', () => {
  it('beyond their cap become __other__, and are counted', async () => {
    const kit = await new PrometheusKit({ labelLimits: { codec: 2 } }).start();

    for (const [slot, codec] of ['VP8', 'H264', 'AV1', 'VP9', 'vp8'].entries()) {
      kit.plugin.onSamples(producer({ mimeType: `video/${codec}` }, slot));
    }

    const packets = (codec: string) =>
      kit.value(`mediasoup_producer_packets_total{worker="0",kind="video",codec="${codec}"}`);
    expect([await packets('vp8'), await packets('h264'), await packets('__other__')]).toEqual([2_000, 1_000, 2_000]);
    const overflow = 'sfu_monitor_label_overflow_total{metric="mediasoup_producer_packets_total"}';
    expect(await kit.value(overflow)).toBe(2);
  });

  it('of the application are those asked for only, and capped', async () => {
    const kit = await new PrometheusKit({ groupBy: { labels: ['region'], maxValues: 1 } }).start();

    kit.plugin.onSamples(producer({ labels: { region: 'eu', user: 'Ann' } }, 0));
    kit.plugin.onSamples(producer({ labels: { region: 'us' } }, 1));

    const text = await kit.text();
    expect(text).toContain('mediasoup_producer_packets_total{worker="0",kind="video",codec="vp8",region="eu"} 1000\n');
    expect(text).toContain(
      'mediasoup_producer_packets_total{worker="0",kind="video",codec="vp8",region="__other__"} 1000\n',
    );
    expect(text).not.toContain('Ann');
  });

  it('that come late move the stream to its group without counting anything twice', async () => {
    const kit = await new PrometheusKit({ groupBy: { labels: ['region'] } }).start();

    kit.plugin.onSamples(producer({ labels: {} }, 0));
    kit.plugin.onSamples(
      sampleBatch('producer', {
        entities: [nodeWith('producer', { labels: { region: 'eu' }, slot: 0, openedSeq: 100, changedSeq: 101 })],
        values: { packetCount: 1_250 },
        tick: 2,
      }),
    );

    const packets = (region: string) =>
      kit.value(`mediasoup_producer_packets_total{worker="0",kind="video",codec="vp8",region="${region}"}`);
    expect([await packets(''), await packets('eu')]).toEqual([1_000, 250]);
  });

  it('left out are added up, and metrics left out are gone', async () => {
    const kit = await new PrometheusKit({
      withoutLabels: ['codec', 'kind'],
      exclude: ['sfu_host_*', 'mediasoup_routers'],
    }).start();

    for (const [slot, codec] of ['VP8', 'H264'].entries())
      kit.plugin.onSamples(producer({ mimeType: `video/${codec}` }, slot));

    expect(await kit.value('mediasoup_producer_packets_total{worker="0"}')).toBe(2_000);
    expect(await kit.text()).not.toMatch(/sfu_host_|mediasoup_routers/);
  });

  it('have the node when that is asked for', async () => {
    const kit = await new PrometheusKit({ node: 'sfu-1' }).start();

    expect(await kit.value('mediasoup_workers{node="sfu-1"}')).toBe(1);
  });

  it('hold any text without breaking the page', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '\n', 'a', 'é', '😀', '\ud800') }), (value) => {
        const text = labelsText(['a'], [value]);
        expect(text).toMatch(/^a="(?:[^"\\\n]|\\["\\n])*"$/u);
      }),
    );
    expect(labelsText(['a'], ['x'.repeat(500)]).length).toBe(132);
  });

  it.each([
    [0, '0.0'],
    [5, '5.0'],
    [0.025, '0.025'],
    [250_000, '250000.0'],
    [1e6, '1e+06'],
    [2.5e6, '2.5e+06'],
    [Infinity, '+Inf'],
  ])('tell the bound %d of a bucket as %s', (bound, text) => {
    expect(boundText(bound)).toBe(text);
  });

  it.each([
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [-Infinity, '-Inf'],
    [Number.NaN, 'NaN'],
  ])('go with the value %d as %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });
});
