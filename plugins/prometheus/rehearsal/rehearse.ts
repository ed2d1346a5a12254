import { type AlertBook, type Clock, consoleLogger, type HostReader, type MonitorStatus } from '../../../core/index.js';
import { Measurements } from '../collect/measurements.js';
import { Exporter } from '../expose/exporter.js';
import { metricsAnswer } from '../expose/metrics-answer.js';
import type { PrometheusOptions } from '../options.js';
import { HEADERS } from './headers.js';
import { StandIn } from './stand-in.js';

export interface RehearsalDeps {
  readonly options: PrometheusOptions;
  readonly clock: Clock;
  readonly host: HostReader;
  readonly status: () => MonitorStatus;
  readonly alerts: AlertBook;
}

/**
 * Makes a page of an SFU that is nowhere, by the code that makes all pages, so that this is compiled and Node.js has loaded what it needs
 * before the first page is asked for. In slices as a page is; leaves nothing behind and tells nobody. Ends early when the signal aborts.
 *
 * One page and no more: after a second one, in which values change, V8 makes code of it that takes a tenth longer ever after.
 */
export async function rehearse(
  { options, clock, host, status, alerts }: RehearsalDeps,
  signal: AbortSignal,
): Promise<void> {
  const standIn = new StandIn();
  const { store, collectors, byId } = new Measurements({
    options: played(options),
    graph: standIn.graph,
    stats: standIn.stats,
    host,
    status,
    alerts,
  });
  const exporter = new Exporter({
    store,
    graph: standIn.graph,
    clock,
    logger: consoleLogger('silent'),
    collectors,
    byId,
    registries: [],
    exemplars: options.exemplars,
    cacheMs: 0,
  });
  const answer = metricsAnswer((format) => exporter.page(format), clock);
  const stop = (): void => exporter.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const { body } = await answer(new Request('http://localhost/', { headers: new Headers(HEADERS) }));
    if (body !== null) for await (const _ of body);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Without what would leave some of the lines out, or look at rooms. */
function played(options: PrometheusOptions): PrometheusOptions {
  const { byId, rooms } = options;
  return { ...options, rooms: { ...rooms, enabled: false }, byId: { ...byId, maxSeries: Infinity } };
}
