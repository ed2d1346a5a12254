import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntityKey } from '../../../core/index.js';
import { GRAPH, STATS } from '../../../core/tokens.js';
import { GraphKit } from '../../support/graph-kit.js';
import { printed } from '../../support/printed-numbers.js';
import { PrometheusKit } from '../../support/prometheus-kit.js';
import { StubStats } from '../../support/stub-stats.js';

const METRICS = [
  ['score', 'score', (value: number) => value],
  ['throughput_bytes_per_second', 'bitrate', (value: number) => value / 8],
  ['fraction_lost_ratio', 'fractionLost', (value: number) => value],
  ['jitter_seconds', 'jitter', (value: number) => Math.round(value * 1_000) / 1e6],
  ['round_trip_time_seconds', 'roundTripTime', (value: number) => Math.round(value * 1_000) / 1e6],
  ['bytes_total', 'byteCount', (value: number) => value],
  ['packets_total', 'packetCount', (value: number) => value],
  ['packets_lost_total', 'packetsLost', (value: number) => value],
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
    value: fc.oneof(fc.constant(Number.NaN), fc.nat({ max: 100_000 }), fc.double({ min: 0, max: 1e9, noNaN: true })),
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
        const expected = METRICS.flatMap(([name, field, scaled]) =>
          [...open.values()].flatMap(({ id, values }) => {
            const value = values[field] ?? Number.NaN;
            const labels = `id="${escaped(id)}",router="router-1",worker="0",kind="video",codec="vp8"`;
            const line = `mediasoup_consumer_by_id_${name}{${labels}} ${printed(scaled(value))}`;
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
