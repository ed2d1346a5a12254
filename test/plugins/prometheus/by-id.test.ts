import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EntityKey } from '../../../core/index.js';
import { GRAPH, STATS } from '../../../core/tokens.js';
import { GraphKit } from '../../support/graph-kit.js';
import { printedFixed } from '../../support/printed-numbers.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';
import { PrometheusServer } from '../../support/prometheus-server.js';
import { promtool, withoutPrometheus } from '../../support/promtool.js';
import { StubStats } from '../../support/stub-stats.js';

/** Values in the metric's unit, and the places that they have after the point if they end there. */
const METRICS = [
  ['score', 'score', (value: number) => value, 0],
  ['throughput_bytes_per_second', 'bitrate', (value: number) => value / 8, 3],
  ['fraction_lost_ratio', 'fractionLost', (value: number) => value, 8],
  ['jitter_seconds', 'jitter', (value: number) => Math.round(value * 1_000) / 1e6, 6],
  ['round_trip_time_seconds', 'roundTripTime', (value: number) => Math.round(value * 1_000) / 1e6, 6],
  ['bytes_total', 'byteCount', (value: number) => value, 0],
  ['packets_total', 'packetCount', (value: number) => value, 0],
  ['packets_lost_total', 'packetsLost', (value: number) => value, 0],
] as const;

const id = fc.oneof(
  fc.uuid(),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constant('a"\\\n\ud800'),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('open' as const), id }),
  fc.record({ do: fc.constant('close' as const), which: fc.nat({ max: 20 }) }),
  fc.record({
    do: fc.constant('set' as const),
    which: fc.nat({ max: 20 }),
    field: fc.constantFrom(...METRICS.map(([, field]) => field)),
    value: fc.oneof(
      fc.constant(Number.NaN),
      fc.nat({ max: 100_000 }),
      fc.nat({ max: 256 }).map((share) => share / 256),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
    ),
  }),
  fc.record({ do: fc.constant('scrape' as const), readsIt: fc.boolean() }),
);

function escaped(text: string): string {
  const sound = Buffer.from(text).toString();
  return sound.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

it('tells of single entities what a page that is written anew would, whatever opens, closes and changes between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const graphKit = new GraphKit();
      const stats = new StubStats();
      const router = graphKit.router(graphKit.worker(), 'router-1');
      const transport = graphKit.transport(router, 'transport-1');
      const open = new Map<EntityKey, { readonly id: string; readonly values: Record<string, number> }>();
      const kit = await new PrometheusKit({ byId: { consumers: true, maxSeries: 8_000 } }, (scope) => {
        scope.registerInstance(GRAPH, graphKit.graph);
        scope.registerInstance(STATS, stats);
      }).start();
      const check = async (): Promise<void> => {
        const expected = METRICS.flatMap(([name, field, scaled, places]) =>
          [...open.values()].flatMap(({ id, values }) => {
            const value = values[field] ?? Number.NaN;
            const labels = `id="${escaped(id)}",router="router-1",worker="0",kind="video",codec="vp8"`;
            const line = `mediasoup_consumer_by_id_${name}{${labels}} ${printedFixed(scaled(value), places)}`;
            return Number.isNaN(value) ? [] : [line];
          }),
        );
        const text = await kit.text();
        const shown = text.split('\n').filter((line) => line.startsWith('mediasoup_consumer_by_id_'));

        expect(shown.toSorted()).toEqual(expected.toSorted());
      };
      for (const one of steps) {
        const keys = [...open.keys()];
        if (one.do === 'open') {
          const key = graphKit.consumer(transport, one.id, null);
          if (!open.has(key)) open.set(key, { id: one.id, values: {} });
        } else if (one.do === 'scrape') {
          if (one.readsIt) await check();
          else await kit.ask();
        } else if (keys.length > 0) {
          const key = keys[one.which % keys.length]!;
          if (one.do === 'close') {
            graphKit.graph.close(key, 'api');
            open.delete(key);
            stats.forget(key);
          } else {
            open.get(key)!.values[one.field] = one.value;
            stats.set(key, { [one.field]: one.value });
          }
        }
      }
      await check();
    }),
    { numRuns: 60 },
  );
});

describe.skipIf(withoutPrometheus)('numbers with zeros at their end', { timeout: 180_000 }, () => {
  it('are taken for what they are by a real Prometheus, and promtool has nothing to say', async () => {
    const graphKit = new GraphKit();
    const stats = new StubStats();
    const key = graphKit.consumer(graphKit.transport(graphKit.router(graphKit.worker(), 'r'), 't'), 'c', null);
    stats.set(key, { score: 10, bitrate: 8, fractionLost: 0, jitter: 1.5, roundTripTime: 0.02, byteCount: 12 });
    const kit = await new PrometheusKit({ byId: { consumers: true }, port: 0 }, (scope) => {
      scope.registerInstance(GRAPH, graphKit.graph);
      scope.registerInstance(STATS, stats);
    }).start();
    onTestFinished(() => kit.plugin.stop());
    const url = String(kit.logger.lines.find(({ message }) => message === 'metrics are served')?.fields.url);
    const database = await PrometheusServer.start({ targets: [{ url }] });
    onTestFinished(() => database.stop());

    await vi.waitFor(
      async () => {
        const [target] = await database.targets();
        expect(target).toMatchObject({ health: 'up', lastError: '' });
        const found = await database.query('{__name__=~"mediasoup_consumer_by_id_.+"}');
        expect(Object.fromEntries(found.map(({ labels, value }) => [labels.__name__, value]))).toEqual({
          mediasoup_consumer_by_id_score: 10,
          mediasoup_consumer_by_id_throughput_bytes_per_second: 1,
          mediasoup_consumer_by_id_fraction_lost_ratio: 0,
          mediasoup_consumer_by_id_jitter_seconds: 0.0015,
          mediasoup_consumer_by_id_round_trip_time_seconds: 0.00002,
          mediasoup_consumer_by_id_bytes_total: 12,
        });
      },
      { timeout: 60_000, interval: 100 },
    );
    const text = await kit.text();

    expect(text).toMatch(/^mediasoup_consumer_by_id_fraction_lost_ratio\{.*\} 0\.00000000$/m);
    expect(await promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });
  });
});

it('costs only its own series when values of single entities cannot be read', async () => {
  const graphKit = new GraphKit();
  const stats = new StubStats();
  const transport = graphKit.transport(graphKit.router(graphKit.worker(), 'router-1'), 'transport-1');
  graphKit.consumer(transport, 'consumer-1', null);
  const rows = stats.rows.bind(stats);
  let broken = true;
  stats.rows = (kind, fields) => {
    const reader = rows(kind, fields);
    if (kind !== 'consumer') return reader;
    return {
      read(...all) {
        if (broken) throw new Error('no such column');
        reader.read(...all);
      },
    };
  };
  const kit = await new PrometheusKit({ byId: { consumers: true } }, (scope) => {
    scope.registerInstance(GRAPH, graphKit.graph);
    scope.registerInstance(STATS, stats);
  }).start();
  stats.set(graphKit.graph.snapshot().all('consumer')[0]!.key, { score: 7 });

  const failed = await kit.text();
  expect(failed).not.toContain('mediasoup_consumer_by_id_');
  expect(failed).toMatch(/^mediasoup_consumers\{.*\} 1$/m);
  expect(failed).toMatch(/^sfu_monitor_collector_errors_total\{collector="byId"\} 1$/m);

  broken = false;
  expect(await kit.text()).toMatch(/^mediasoup_consumer_by_id_score\{.*\} 7$/m);
});
