import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../core/testing/index.js';
import { Slices } from '../../../plugins/prometheus/collect/slices.js';
import { FamilyText } from '../../../plugins/prometheus/expose/family-text.js';
import { PageWriter } from '../../../plugins/prometheus/expose/page-writer.js';
import { prometheusOptions } from '../../../plugins/prometheus/options.js';
import type { CounterFamily, GaugeFamily, HistogramFamily } from '../../../plugins/prometheus/series/family.js';
import type { Exemplar } from '../../../plugins/prometheus/series/series.js';
import { MetricStore } from '../../../plugins/prometheus/series/store.js';

const dimension = fc.constantFrom('transports', 'producers', 'consumers');
const step = fc.oneof(
  fc.record({ do: fc.constant('count' as const), dimension, by: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('forget' as const), dimension }),
  fc.record({
    do: fc.constant('collect' as const),
    gauges: fc.array(fc.tuple(dimension, fc.option(fc.nat({ max: 3 }))), { maxLength: 4 }),
  }),
  fc.record({
    do: fc.constant('observe' as const),
    dimension,
    value: fc.nat({ max: 50 }),
    key: fc.constantFrom('a', 'b'),
  }),
);

async function written(family: FamilyText): Promise<{ readonly text: string; readonly series: number }> {
  const writer = new PageWriter('openmetrics', new Slices(new ManualClock(), new AbortController().signal));
  await family.write(writer);
  const page = writer.end();
  return { text: Buffer.concat([...page.plain]).toString(), series: page.series };
}

it('writes a family as it is now, whatever of it has changed, come or gone since it was last written', async () => {
  const exemplar = ({ kind, key, value, at }: Readonly<Exemplar>): string => ` # {${kind}="${key}"} ${value} ${at}`;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const store = new MetricStore(prometheusOptions.parse({}));
      const counter = store.counter('mediasoup_pipe_bytes_total') as unknown as CounterFamily<readonly [string]>;
      const gauge = store.gauge('mediasoup_router_largest') as unknown as GaugeFamily<readonly [string]>;
      const histogram = store.histogram('mediasoup_router_size') as unknown as HistogramFamily<readonly [string]>;
      const kept = [counter, gauge, histogram].map((family) => new FamilyText(family, exemplar));
      for (const [at, one] of steps.entries()) {
        if (one.do === 'count') counter.at(one.dimension).add(one.by);
        else if (one.do === 'forget') counter.keep(({ line }) => !line.includes(one.dimension));
        else if (one.do === 'observe') {
          histogram.at(one.dimension).observe(one.value, 1, { kind: 'router', key: one.key }, at);
        } else {
          gauge.begin();
          for (const [name, value] of one.gauges) gauge.set(value, name);
          gauge.end();
        }
        for (const [i, family] of [counter, gauge, histogram].entries()) {
          expect(await written(kept[i]!)).toEqual(await written(new FamilyText(family, exemplar)));
        }
      }
    }),
    { numRuns: 100 },
  );
});
