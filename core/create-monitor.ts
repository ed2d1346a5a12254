import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { container, type DependencyContainer } from 'tsyringe';
import type { z } from 'zod';
import { AlertRegister } from './alerts/alert-register.js';
import { type Clock, systemClock } from './clock.js';
import { Drain } from './drain.js';
import { EventHub } from './dispatch/event-hub.js';
import { PluginSet } from './dispatch/plugin-set.js';
import { RunDelay } from './dispatch/run-delay.js';
import { MonitorError } from './errors.js';
import { Graph } from './graph/graph.js';
import { HostSampler } from './host/host-sampler.js';
import { type Identify, identifyByAppData } from './identify.js';
import { Liveness } from './liveness/liveness.js';
import { consoleLogger, type Logger } from './logger.js';
import { createMediasoupSource } from './mediasoup/source.js';
import type { Monitor } from './monitor.js';
import { parseOptions } from './option-errors.js';
import { type MonitorOptions, monitorOptions } from './options.js';
import type { PluginUse } from './plugin.js';
import { checkPorts } from './port-check.js';
import { RouteTable } from './routes.js';
import { withAppDataLabels } from './record/app-data-labels.js';
import { DebugBook } from './record/debug-book.js';
import { PeerReports } from './record/peer-reports.js';
import { Records } from './record/records.js';
import { TELLS_THREADS } from './sampling/cpu-time.js';
import { EngineThreads } from './sampling/engine-threads.js';
import { Sampler } from './sampling/sampler.js';
import { type MonitorParts, SfuMonitor } from './sfu-monitor.js';
import type { Source } from './source.js';
import { Summaries } from './summary/summaries.js';
import {
  ALERT_BOOK,
  ALERT_DESK,
  CLOCK,
  DRAIN,
  EVENTS,
  GRAPH,
  HOST,
  RECORDS,
  ROUTES,
  STATS,
  STATUS,
  TRAFFIC,
} from './tokens.js';
import { TrafficLedger } from './traffic/traffic-ledger.js';
import { unfailingLogger } from './unfailing-logger.js';

/** Plain data, as in a configuration file, and what only code can give. */
export type CreateMonitorOptions = z.input<typeof monitorOptions> & MonitorPorts;

interface MonitorPorts {
  /** The application's own mediasoup module. A second copy of the package has another observer and would see nothing. */
  readonly mediasoup?: unknown;
  /** Workers that exist already. mediasoup tells of no worker that was made before the monitor started. */
  readonly workers?: readonly unknown[];
  /** Another source than mediasoup in this process; then `mediasoup` is not needed. */
  readonly source?: Source;
  /** Tells whose an entity is. @default `roomId` and `peerId` of its appData */
  readonly identify?: Identify;
  readonly plugins?: readonly PluginUse[];
  /** @default the console, from warnings on */
  readonly logger?: Logger;
  /** @default the system's */
  readonly clock?: Clock;
  /** Parent of the plugins' containers, for applications that use tsyringe. Nothing is registered in it. */
  readonly container?: DependencyContainer;
}

/**
 * Makes a monitor for the SFU in this process. Nothing is attached before `start()`; start it before the first worker is made.
 * Several may run side by side. Throws `MonitorError` for an unknown or wrong option, naming its path.
 */
export function createMonitor(options: CreateMonitorOptions): Monitor {
  checkPorts(options);
  const {
    mediasoup,
    workers,
    source,
    identify,
    plugins,
    logger: given = consoleLogger(),
    clock = systemClock,
    ...rest
  } = options;
  const { container: parent = container, ...data } = rest;
  const logger = unfailingLogger(given);
  const parsed = parseOptions(monitorOptions, data, '');
  return build({
    parsed,
    logger,
    clock,
    identify: withAppDataLabels(identify ?? identifyByAppData, parsed.records.appData),
    source: source ?? mediasoupSource({ mediasoup, workers, parsed, logger, clock }),
    uses: plugins ?? [],
    scope: parent.createChildContainer(),
  });
}

interface Ingredients {
  readonly parsed: MonitorOptions;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly identify: Identify;
  readonly source: Source;
  readonly uses: readonly PluginUse[];
  readonly scope: DependencyContainer;
}

function build({ parsed, logger, clock, identify, source, uses, scope }: Ingredients): SfuMonitor {
  const graph: Graph = new Graph({
    runId: randomUUID(),
    clock,
    identify,
    logger,
    options: parsed.graph,
    publish: (event) => monitor.observe(event),
  });
  const host = new HostSampler({
    clock,
    logger,
    options: parsed.host,
    workerPids: () =>
      graph
        .snapshot()
        .all('worker')
        .map(({ pid }) => pid),
    attended: () => monitor.attended,
  });
  const runDelay = new RunDelay();
  const sampler: Sampler = new Sampler({
    graph,
    source,
    clock,
    logger,
    options: parsed.sampling,
    onBatch: (batch) => monitor.observeBatch(batch),
    residentMemory: (pid) => host.residentMemory(pid),
    attended: () => monitor.attended,
    runDelay: () => runDelay.ms(),
    ...(TELLS_THREADS && { engine: new EngineThreads() }),
  });
  const ledger = new TrafficLedger({
    clock,
    options: parsed.traffic,
    emit: (event, whose) => graph.emit(null, event, whose),
  });
  const debug = new DebugBook(clock, (key) => graph.get(key) !== undefined);
  const records = new Records({ options: parsed.records, runId: graph.runId, get: (key) => graph.get(key), debug });
  const parts: MonitorParts = {
    clock,
    logger,
    source,
    graph,
    host,
    sampler,
    hub: new EventHub(parsed.events),
    liveness: new Liveness({ graph, stats: sampler, clock, options: parsed.liveness }),
    alerts: new AlertRegister({
      clock,
      logger,
      emit: (event, about) => {
        const { entity = null, room = null, peer = null } = about ?? {};
        const isOpen = entity !== null && graph.get(entity.key) !== undefined;
        graph.emit(isOpen ? entity.key : null, event, { room, peer });
      },
    }),
    drain: new Drain(clock, (event) => graph.emit(null, event)),
    debug,
    reports: new PeerReports({
      options: parsed.reports,
      clock,
      logger,
      emit: (event, whose) => graph.emit(null, event, whose),
    }),
    ledger,
    summaries: new Summaries({ graph, sampler, traffic: ledger, clock, options: parsed.summaries }),
    plugins: new PluginSet({
      uses,
      scope,
      clock,
      logger,
      options: parsed.pluginHost,
      emit: (event) => graph.emit(null, event),
      runDelay,
      onInterestChange: () => monitor.renewPluginDemand(),
    }),
    routes: new RouteTable(),
  };
  const monitor = new SfuMonitor(parts);
  scope.registerInstance(CLOCK, clock);
  scope.registerInstance(GRAPH, graph);
  scope.registerInstance(STATS, sampler);
  scope.registerInstance(EVENTS, parts.hub);
  scope.registerInstance(HOST, host);
  scope.registerInstance(TRAFFIC, parts.ledger);
  scope.registerInstance(ALERT_BOOK, parts.alerts);
  scope.registerInstance(RECORDS, records);
  scope.registerInstance(ALERT_DESK, parts.alerts);
  scope.registerInstance(DRAIN, parts.drain);
  scope.registerInstance(ROUTES, parts.routes);
  scope.registerInstance(STATUS, () => monitor.status());
  return monitor;
}

function mediasoupSource(given: {
  readonly mediasoup: unknown;
  readonly workers: readonly unknown[] | undefined;
  readonly parsed: MonitorOptions;
  readonly logger: Logger;
  readonly clock: Clock;
}): Source {
  const { mediasoup, workers = [], parsed, logger, clock } = given;
  if (mediasoup === undefined) {
    throw new MonitorError('SFUSCOPE_SOURCE_INVALID', 'createMonitor() was given neither `mediasoup` nor `source`.');
  }
  return createMediasoupSource(mediasoup, { logger, clock, options: parsed.attach, workers });
}
