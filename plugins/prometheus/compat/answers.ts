import type { Clock, GraphReader, StatsReader } from '../../../core/index.js';
import { metricsAnswer } from '../expose/metrics-answer.js';
import type { Answer } from '../expose/pages.js';
import type { PrometheusOptions } from '../options.js';
import { CompatPage } from './compat-page.js';
import { EdumeetPage } from './edumeet.js';
import { jsonAnswers } from './exporter-json.js';
import { ExporterPage } from './exporter-page.js';

interface CompatDeps {
  readonly options: PrometheusOptions;
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly clock: Clock;
}

/**
 * The pages of option `compat`. They stand apart from our own, because some of their names mean something else here; `/` is where
 * edumeet has its page, and is served on a port of our own only.
 */
export function compatibleAnswers({ options, ...deps }: CompatDeps): readonly (readonly [string, Answer])[] {
  const { clock } = deps;
  const { compat, compatibility, path } = options;
  const answers: (readonly [string, Answer])[] = [];
  if (compat.includes('edumeet')) {
    const edumeet = new EdumeetPage(compatibility, deps.stats);
    const page = new CompatPage(
      deps,
      compatibility.edumeet.period * 1_000,
      async (...both) => await edumeet.write(...both),
    );
    // The names of its counters do not end as OpenMetrics insists.
    const answer = metricsAnswer(() => page.page('text'), clock);
    answers.push([`${path}/edumeet`, answer], ['/', answer]);
  }
  if (compat.includes('mediasoup-exporter')) {
    const exporter = new ExporterPage(compatibility.maxEntities, deps.stats);
    const page = new CompatPage(deps, 0, async (...both) => await exporter.write(...both));
    answers.push([`${path}/mediasoup-exporter`, metricsAnswer((format) => page.page(format), clock)]);
    answers.push(...jsonAnswers({ ...deps, maxEntities: compatibility.maxEntities }));
  }
  return answers;
}
