import type { DependencyContainer } from 'tsyringe';
import type { z } from 'zod';
import { createScope } from '../../core/container.js';
import type { EntityKind, NodeOf } from '../../core/model/entity.js';
import { ManualClock, RecordingLogger, SampleServices, sampleNode } from '../../core/testing/index.js';
import { CLOCK, LOGGER, OPTIONS, ROUTES } from '../../core/tokens.js';
import type { RouteTable } from '../../core/routes.js';
import { prometheusOptions } from '../../plugins/prometheus/options.js';
import { PrometheusPlugin } from '../../plugins/prometheus/plugin.js';

/** The plugin over the sample services, and what a scrape of it says. */
export class PrometheusKit {
  readonly logger = new RecordingLogger();
  readonly clock = new ManualClock();
  readonly routes: RouteTable;
  readonly plugin: PrometheusPlugin;

  constructor(
    options: z.input<typeof prometheusOptions> = {},
    provide: (scope: DependencyContainer) => void = () => undefined,
  ) {
    const scope = createScope();
    const services = new SampleServices();
    services.register(scope);
    this.routes = services.routes;
    scope.registerInstance(OPTIONS, prometheusOptions.parse(options));
    scope.registerInstance(LOGGER, this.logger);
    scope.registerInstance(CLOCK, this.clock);
    scope.registerInstance(ROUTES, services.routes);
    provide(scope);
    this.plugin = scope.resolve(PrometheusPlugin);
  }

  async start(): Promise<this> {
    await this.plugin.start(new AbortController().signal);
    return this;
  }

  async ask(headers: Record<string, string> = {}, path = '/metrics', method = 'GET'): Promise<Response> {
    const route = this.routes.find(path);
    if (route === undefined) throw new Error(`nobody answers ${path}`);
    return await route.handler(new Request(`http://localhost${path}`, { headers, method }));
  }

  async text(headers: Record<string, string> = {}): Promise<string> {
    return await (await this.ask(headers)).text();
  }

  /** Value of the series whose line begins so; undefined when there is no such line. */
  async value(series: string): Promise<number | undefined> {
    const line = (await this.text()).split('\n').find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }
}

/** A sample node with other fields. */
export function nodeWith<K extends EntityKind>(kind: K, fields: Partial<NodeOf<K>>): NodeOf<K> {
  return { ...sampleNode(kind), ...fields };
}
