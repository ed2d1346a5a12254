import type { DependencyContainer } from 'tsyringe';
import type { Clock } from '../clock.js';
import { MonitorError } from '../errors.js';
import { errorText } from '../error-text.js';
import { Lifecycle } from '../lifecycle.js';
import type { Logger } from '../logger.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch, SampledKind } from '../model/samples.js';
import { checkOptions, optionsError } from '../option-errors.js';
import { PLUGIN_API_VERSION, type PluginStatus, type PluginUse } from '../plugin.js';
import type { EventInput } from '../source.js';
import { CallTimes } from './call-times.js';
import { InterestTable } from './interest-table.js';
import type { PluginHostOptions } from './options.js';
import { PluginHost } from './plugin-host.js';
import { startOrder } from './plugin-order.js';
import { pluginProblems } from './plugin-shape.js';
import type { RunDelay } from './run-delay.js';

export interface PluginSetOptions {
  readonly uses: readonly PluginUse[];
  /** The monitor's own container, with its services registered as instances. */
  readonly scope: DependencyContainer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: PluginHostOptions;
  /** Publishes an event of the monitor's own; it comes back through `publish`. */
  readonly emit: (event: EventInput) => void;
  /** Time that others took this thread's processor, which no plugin is blamed for; closed at the end. @default none is known */
  readonly runDelay?: Pick<RunDelay, 'ms' | 'close'>;
  /** `wantedKinds` may have changed. */
  readonly onInterestChange?: () => void;
}

/** All plugins of one monitor. What one of them does reaches neither the caller nor another plugin. */
export class PluginSet {
  readonly #given: PluginSetOptions;
  readonly #lifecycle: Lifecycle;
  readonly #times: CallTimes;
  readonly #giveUp = new AbortController();
  #hosts: readonly PluginHost[] = [];
  #table = new InterestTable([]);
  #turn: NodeJS.Immediate | undefined;
  #closed = false;
  #stopping: Promise<void> | undefined;

  constructor(options: PluginSetOptions) {
    this.#given = options;
    this.#times = new CallTimes(
      () => options.clock.monotonic(),
      () => options.runDelay?.ms() ?? 0,
    );
    this.#lifecycle = new Lifecycle({
      clock: options.clock,
      onStopError: (name, error) => this.#logFailure(name, error),
    });
  }

  /** Checks shapes, names, versions, order and options of all plugins; makes none of them. Throws `MonitorError`. */
  prepare(): void {
    const { uses, scope, clock, logger, options, emit } = this.#given;
    const malformed = pluginProblems(uses);
    if (malformed.length > 0) throw optionsError(malformed);
    const times = this.#times;
    const ports = { scope, clock, logger, options, emit, times, changed: () => this.#interestChanged() };
    const problems: string[] = [];
    const hosts: PluginHost[] = [];
    for (const use of startOrder(uses)) {
      checkVersion(use);
      const checked = checkOptions(use.definition.options, use.options, `plugins.${use.as}`);
      if (!checked.ok) problems.push(...checked.problems);
      else hosts.push(new PluginHost(use, checked.output, ports));
    }
    if (problems.length > 0) throw optionsError(problems);
    this.#hosts = hosts;
    this.#table = new InterestTable(hosts);
  }

  /**
   * Starts the plugins one after another. When one that must start does not, those that run are stopped in reverse and it rejects with
   * that error; the same when the signal aborts.
   */
  async start(signal?: AbortSignal): Promise<void> {
    const giveUp = signal === undefined ? this.#giveUp.signal : AbortSignal.any([this.#giveUp.signal, signal]);
    try {
      await this.#lifecycle.start(this.#hosts, giveUp);
    } catch (error) {
      this.#closed = true;
      throw error;
    }
  }

  /** Delivers in a later turn of the event loop, together with the other events of this one. Never throws. */
  publish(event: MonitorEvent): void {
    if (this.#closed) return;
    const hosts = this.#table.forEvent(event.type);
    if (hosts.length === 0) return;
    for (const host of hosts) host.offer(event);
    this.#scheduleTurn();
  }

  /** Delivers at once, for the columns are used again afterwards. Never throws. */
  deliver(batch: AnySampleBatch): void {
    if (this.#closed) return;
    const hosts = this.#table.forSamples(batch.kind);
    if (hosts.length === 0) return;
    this.#times.begin();
    for (const host of hosts) host.deliver(batch);
  }

  /** Plugins of the monitor, whether or not they run. */
  get size(): number {
    return this.#hosts.length;
  }

  /** Kinds that some running plugin takes. */
  wantedKinds(): ReadonlySet<SampledKind> {
    return this.#table.wantedKinds;
  }

  /** Asks every plugin to deliver what it has. Rejects with an `AggregateError` that names those that could not. */
  async flush(signal?: AbortSignal): Promise<void> {
    await this.#drainAll();
    const results = await Promise.allSettled(this.#hosts.map((host) => host.flush(signal)));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as MonitorError] : []));
    if (errors.length === 0) return;
    const names = errors.map((error) => error.plugin).join(', ');
    throw new AggregateError(errors, `Plugins that could not deliver what they hold: ${names}.`);
  }

  /**
   * Delivers the events that wait, then nothing more; flushes all plugins side by side, and stops them in reverse. What fails is
   * logged. Never rejects; a second call returns the same promise.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  status(): PluginStatus[] {
    return this.#hosts.map((host) => host.status());
  }

  async #stop(): Promise<void> {
    this.#closed = true;
    this.#giveUp.abort(new MonitorError('SFUSCOPE_STATE', 'Stopped while it started.'));
    try {
      await this.flush();
    } catch (error) {
      const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      for (const one of errors) this.#logFailure(one instanceof MonitorError ? one.plugin : undefined, one);
    }
    await this.#lifecycle.stop();
    clearImmediate(this.#turn);
    this.#given.runDelay?.close();
  }

  #scheduleTurn(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      if (this.#drainOnce()) this.#scheduleTurn();
    });
  }

  /** One call per plugin; true when some have more waiting. */
  #drainOnce(): boolean {
    let more = false;
    this.#times.begin();
    for (const host of this.#hosts) more = host.drain() || more;
    return more;
  }

  async #drainAll(): Promise<void> {
    // Bounded by what may wait at most, so that it ends even when a plugin causes new events.
    for (let turns = this.#mostTurns(); turns > 0 && this.#drainOnce(); turns--) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #mostTurns(): number {
    const { eventCapacity, eventsPerCall } = this.#given.options;
    return Math.ceil(eventCapacity / eventsPerCall) + 1;
  }

  #interestChanged(): void {
    this.#table.changed();
    // Events may have waited for a plugin that has only now come up.
    if (!this.#closed) this.#scheduleTurn();
    this.#given.onInterestChange?.();
  }

  #logFailure(name: string | undefined, error: unknown): void {
    const code = error instanceof MonitorError ? error.code : undefined;
    this.#given.logger.error(`[${name}] ${error instanceof MonitorError ? error.message : errorText(error)}`, { code });
  }
}

function checkVersion({ as, definition }: PluginUse): void {
  // Plain JavaScript and packages of another age can bring any number here.
  const version: number = definition.apiVersion;
  if (version === PLUGIN_API_VERSION) return;
  const message = `Plugin '${as}' was made for plugin API ${version}; this is ${PLUGIN_API_VERSION}.`;
  throw new MonitorError('SFUSCOPE_PLUGIN_API_VERSION', message, { plugin: as });
}
