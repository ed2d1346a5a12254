import { AlertRegister } from '../../core/alerts/alert-register.js';
import { Drain } from '../../core/drain.js';
import {
  type Alert,
  Conflated,
  type EntityKey,
  type EntityKind,
  type HostSample,
  type MonitorEvent,
  type MonitorStatus,
  type NodeOf,
  type PluginStatus,
  type SampledKind,
} from '../../core/index.js';
import type { NodeState } from '../../core/source.js';
import { sampleBatch } from '../../core/testing/index.js';
import { alertsOptions } from '../../plugins/alerts/options.js';
import { AlertsPlugin } from '../../plugins/alerts/plugin.js';
import { GraphKit } from './graph-kit.js';
import { StubStats } from './stub-stats.js';

/** Time that lets everything be judged that is to be judged, ms. */
export const A_ROUND = 1_100;

/** The plugin over a real graph and a real alert register; statistics, the host and the monitor's status are what the test says. */
export class AlertsKit {
  readonly open: GraphKit;
  readonly stats = new StubStats();
  readonly host = new Conflated<HostSample>();
  readonly events: MonitorEvent[] = [];
  readonly register: AlertRegister;
  readonly drain: Drain;
  status: Partial<MonitorStatus> = {};
  #latest: HostSample | null = null;
  #waiting: MonitorEvent[] = [];
  #plugin: AlertsPlugin | undefined;
  #tick = 0;

  /** A graph that is given is one that was there before this plugin. */
  constructor(open?: GraphKit) {
    this.open = open ?? new GraphKit({ publish: (event) => this.#publish(event) });
    const { graph, clock, logger } = this.open;
    this.drain = new Drain(clock, (event) => graph.emit(null, event));
    this.register = new AlertRegister({
      clock,
      logger,
      emit: (event, about) => graph.emit(null, event, { room: about?.room ?? null, peer: about?.peer ?? null }),
    });
  }

  get plugin(): AlertsPlugin {
    if (this.#plugin === undefined) throw new Error('not started');
    return this.#plugin;
  }

  async start(options: Parameters<typeof alertsOptions.parse>[0] = { defaults: false }): Promise<void> {
    const { graph, clock, logger } = this.open;
    const host = this.host;
    const latest = (): HostSample | null => this.#latest;
    this.#plugin = new AlertsPlugin(
      alertsOptions.parse(options),
      logger,
      clock,
      graph,
      this.stats,
      {
        get latest() {
          return latest();
        },
        inventory: null,
        extras: null,
        subscribe: (signal) => host.subscribe(signal),
      },
      () => ({ plugins: [], draining: null, cpuShare: 0.01, ...this.status }) as MonitorStatus,
      this.register,
      this.register,
      this.drain,
    );
    await this.#plugin.start();
    graph.emit(null, { type: 'monitor.started', data: { source: 'fake', sourceVersion: null, blindSpots: [] } });
    await this.settle();
  }

  async stop(): Promise<void> {
    await this.plugin.flush();
    await this.plugin.stop();
  }

  /** Delivers events, and lets what waits for a turn of the event loop have it. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) {
      const events = this.#waiting.splice(0);
      if (events.length > 0) this.#plugin?.onEvents(events);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Lets time pass in steps, each with what falls due in it. */
  async pass(ms: number, step = 1_000): Promise<void> {
    await this.settle();
    for (let left = ms; left > 0; left -= step) {
      await this.open.clock.advanceAsync(Math.min(step, left));
      await this.settle();
    }
  }

  node<K extends EntityKind>(kind: K, key: EntityKey): NodeOf<K> {
    const node = this.open.graph.snapshot().find(kind, key);
    if (node === undefined) throw new Error(`no open ${kind} ${key}`);
    return node;
  }

  change<K extends EntityKind>(kind: K, key: EntityKey, patch: Partial<NodeState<K>>): void {
    this.open.graph.change(kind, key, patch, { type: 'entity.identified', data: { room: null, peer: null } });
  }

  /** A batch of samples of one worker; what is not given is unknown. */
  sample<K extends SampledKind>(kind: K, samples: ReadonlyMap<EntityKey, Readonly<Record<string, number>>>): void {
    const entities = [...samples.keys()].map((key) => this.node(kind, key));
    const batch = sampleBatch(kind, { entities, fill: Number.NaN, tick: ++this.#tick });
    const columns: Readonly<Record<string, Float64Array>> = batch.columns;
    for (const [row, [key, values]] of [...samples].entries()) {
      this.stats.set(key, values);
      for (const [field, value] of Object.entries(values)) columns[field]![row] = value;
    }
    const worker = entities[0]?.worker;
    this.plugin.onSamples({ ...batch, ...(worker !== undefined && { worker }) } as Parameters<
      AlertsPlugin['onSamples']
    >[0]);
  }

  async readHost(sample: HostSample): Promise<void> {
    this.#latest = sample;
    this.host.publish(sample);
    await this.settle();
  }

  /** `name state` of what lasts. */
  active(): string[] {
    return this.register.active().map(({ name, state }) => `${name} ${state}`);
  }

  alert(name: string): Alert {
    const alert = this.register.active().find((one) => one.name === name);
    if (alert === undefined) throw new Error(`no alert ${name}; there are: ${this.active().join(', ')}`);
    return alert;
  }

  /** `fired name` and `resolved name` so far, in order. */
  news(): string[] {
    return this.events.flatMap((event) => {
      if (event.type === 'alert.fired') return [`fired ${event.data.rule}`];
      return event.type === 'alert.resolved' ? [`resolved ${event.data.rule} ${event.data.cause}`] : [];
    });
  }

  #publish(event: MonitorEvent): void {
    this.events.push(event);
    this.#waiting.push(event);
  }
}

/** A host on which all is well. */
export function wellHost(
  at: number,
  differences: { udp?: Partial<HostSample['udp']>; process?: Partial<HostSample['process']> } = {},
): HostSample {
  return {
    at,
    cpu: {
      ratio: 0.2,
      userRatio: 0.1,
      systemRatio: 0.1,
      ioWaitRatio: 0,
      stealRatio: 0,
      perCore: [0.2],
      load1: 0.5,
      load5: 0.5,
      load15: 0.5,
    },
    memory: { total: 8e9, available: 6e9, swapTotal: 0, swapFree: 0 },
    container: {
      cgroup: null,
      cpuLimit: null,
      throttledSeconds: null,
      throttledPeriods: null,
      memoryLimit: null,
      memoryUsed: null,
    },
    interfaces: [],
    udp: {
      inDatagrams: 1,
      outDatagrams: 1,
      noPorts: 0,
      inErrors: 0,
      receiveBufferErrors: 0,
      sendBufferErrors: 0,
      ...differences.udp,
    },
    process: {
      cpuRatio: 0.1,
      residentMemory: 1e8,
      heapUsed: 1e7,
      heapTotal: 2e7,
      eventLoopUtilization: 0.1,
      eventLoopDelayP50: 1,
      eventLoopDelayP99: 5,
      eventLoopDelayMax: 10,
      gcSeconds: 0,
      gcCount: 0,
      ...differences.process,
    },
    workers: [],
  };
}

/** A plugin that fares well, with differences. */
export function wellPlugin(differences: Partial<PluginStatus> = {}): PluginStatus {
  return {
    name: 'other',
    state: 'running',
    health: { status: 'ok' },
    eventsDelivered: 0,
    eventsMissed: 0,
    queueRatio: 0,
    batchesDelivered: 0,
    errors: 0,
    suspensions: 0,
    slowestCallMs: 0,
    lastError: null,
    ...differences,
  };
}
