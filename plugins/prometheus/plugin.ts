import {
  ALERT_BOOK,
  type AlertBook,
  type AnySampleBatch,
  CLOCK,
  type Clock,
  definePlugin,
  GRAPH,
  type GraphReader,
  HOST,
  type HostReader,
  inject,
  injectable,
  LOGGER,
  type Logger,
  type MonitorEvent,
  type MonitorPlugin,
  type MonitorStatus,
  OPTIONS,
  PLUGIN_API_VERSION,
  type RouteRegistry,
  ROUTES,
  STATS,
  type StatsReader,
  STATUS,
} from '../../core/index.js';
import { COUNTED_EVENTS } from './collect/event-counts.js';
import { Measurements } from './collect/measurements.js';
import { compatibleAnswers } from './compat/answers.js';
import { dryRun } from './dry-run.js';
import { Exporter } from './expose/exporter.js';
import { metricsAnswer } from './expose/metrics-answer.js';
import { isLoopback, OwnPort } from './expose/own-port.js';
import { type Answer, guarded, json, readOnly } from './expose/pages.js';
import { clashes } from './expose/user-metrics.js';
import { nodeRegistry } from './node-registry.js';
import { type PrometheusOptions, prometheusOptions, type UserRegistry } from './options.js';
import { rehearse, type RehearsalDeps } from './rehearsal/rehearse.js';

/** Tells Prometheus what the SFU does: one page of bounded size, and on demand pages with the names of other exporters. */
@injectable()
export class PrometheusPlugin implements MonitorPlugin {
  readonly #options: PrometheusOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #graph: GraphReader;
  readonly #stats: StatsReader;
  readonly #routes: RouteRegistry;
  readonly #measurements: Measurements;
  readonly #rehearsal: RehearsalDeps;
  readonly #removals: (() => void)[] = [];
  #exporter: Exporter | undefined;
  #ownPort: OwnPort | undefined;
  #leftOut: () => number = () => 0;

  constructor(
    @inject(OPTIONS) options: PrometheusOptions,
    @inject(LOGGER) logger: Logger,
    @inject(CLOCK) clock: Clock,
    @inject(GRAPH) graph: GraphReader,
    @inject(STATS) stats: StatsReader,
    @inject(HOST) host: HostReader,
    @inject(STATUS) status: () => MonitorStatus,
    @inject(ALERT_BOOK) alerts: AlertBook,
    @inject(ROUTES) routes: RouteRegistry,
  ) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
    this.#graph = graph;
    this.#stats = stats;
    this.#routes = routes;
    this.#measurements = new Measurements({ options, graph, stats, host, status, alerts });
    this.#rehearsal = { options, clock, host, status, alerts };
  }

  async start(signal: AbortSignal): Promise<void> {
    const { port, listen, path, token } = this.#options;
    if (port !== undefined && token === undefined && !isLoopback(listen)) {
      throw new Error(`Other machines reach ${listen}, so a token is needed: set plugins.prometheus.token.`);
    }
    const registries = await this.#registries();
    signal.throwIfAborted();
    await rehearse(this.#rehearsal, signal);
    signal.throwIfAborted();
    this.#measurements.begin();
    const { store, collectors, byId } = this.#measurements;
    this.#leftOut = () => byId.leftOut;
    const exporter = new Exporter({
      store,
      graph: this.#graph,
      clock: this.#clock,
      logger: this.#logger,
      collectors,
      byId,
      registries,
      exemplars: this.#options.exemplars,
      cacheMs: this.#options.cacheMs,
    });
    this.#exporter = exporter;
    const answers = this.#answers(exporter);
    this.#offer(answers);
    if (port === undefined) return;
    this.#ownPort = new OwnPort(answers, this.#clock, this.#logger, token !== undefined);
    const listening = await this.#ownPort.listen(listen, port);
    this.#logger.info('metrics are served', { url: `http://${listen}:${listening}${path}` });
  }

  onEvents(events: readonly MonitorEvent[]): void {
    this.#measurements.observe(events);
  }

  onSamples(batch: AnySampleBatch): void {
    this.#measurements.observeBatch(batch);
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#measurements.counters(), entitiesLeftOut: this.#leftOut() };
  }

  async stop(): Promise<void> {
    for (const remove of this.#removals.splice(0)) remove();
    this.#exporter?.stop();
    this.#measurements.end();
    const port = this.#ownPort;
    this.#ownPort = undefined;
    await port?.close();
  }

  async #registries(): Promise<readonly UserRegistry[]> {
    const { registry, nodeMetrics } = this.#options;
    const registries = registry === undefined ? [] : [registry];
    if (nodeMetrics) registries.push(await nodeRegistry());
    const taken = registries.flatMap(clashes);
    if (taken.length > 0) {
      throw new Error(
        `Metrics of your registry have names of this plugin: ${taken.join(', ')}. Rename them; docs/metrics.md lists ours.`,
      );
    }
    return registries;
  }

  #answers(exporter: Exporter): ReadonlyMap<string, Answer> {
    const { path, token } = this.#options;
    const answers = new Map<string, Answer>([
      [path, metricsAnswer((format) => exporter.page(format), this.#clock)],
      [
        `${path}/dry-run`,
        async () => json(await dryRun(exporter, this.#measurements.store, this.#graph, this.#options)),
      ],
      ...compatibleAnswers({
        options: this.#options,
        graph: this.#graph,
        stats: this.#stats,
        clock: this.#clock,
      }),
    ]);
    return new Map([...answers].map(([key, answer]) => [key, guarded(token, readOnly(answer))]));
  }

  #offer(answers: ReadonlyMap<string, Answer>): void {
    const auth = this.#options.token === undefined ? 'read' : 'none';
    for (const [path, answer] of answers) {
      // The root is the server's own.
      if (path !== '/') this.#removals.push(this.#routes.add({ path, auth, handler: answer }));
    }
  }
}

export default definePlugin({
  name: 'prometheus',
  apiVersion: PLUGIN_API_VERSION,
  options: prometheusOptions,
  interest: {
    events: COUNTED_EVENTS,
    samples: ['worker', 'transport', 'producer', 'consumer', 'dataProducer', 'dataConsumer'],
  },
  plugin: PrometheusPlugin,
});
