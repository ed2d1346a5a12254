import type { DependencyContainer } from 'tsyringe';
import type { Clock, Timer } from '../clock.js';
import { withDeadline } from '../deadline.js';
import type { Logger } from '../logger.js';
import type { EventType, MonitorEvent } from '../model/events.js';
import type { AnySampleBatch, SampledKind } from '../model/samples.js';
import type { MonitorPlugin, PluginHealth, PluginState, PluginStatus, PluginUse } from '../plugin.js';
import { redactingLogger } from '../redacting-logger.js';
import { RepeatedLog } from '../repeated-log.js';
import type { EventInput } from '../source.js';
import { Backlog } from './backlog.js';
import { Backoff } from './backoff.js';
import { Breaker, type Hook } from './breaker.js';
import type { CallTimes } from './call-times.js';
import type { PluginHostOptions } from './options.js';
import { countersOf, healthOf } from './plugin-answers.js';
import { PluginErrors } from './plugin-errors.js';
import { makePlugin, type PluginInstance } from './plugin-instance.js';

export interface PluginHostPorts {
  readonly scope: DependencyContainer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: PluginHostOptions;
  emit(event: EventInput): void;
  /** Of all hooks; who calls `drain` or `deliver` has begun it in the same turn. */
  readonly times: CallTimes;
  /** The plugin began or ceased to take deliveries, or has events waiting. */
  changed(): void;
}

/**
 * One plugin: makes, starts, feeds, suspends and stops it. Nothing that the plugin does reaches the caller, except a failed start
 * of a plugin that must start.
 */
export class PluginHost {
  readonly name: string;
  readonly #use: PluginUse;
  readonly #options: unknown;
  readonly #ports: PluginHostPorts;
  readonly #logger: Logger;
  readonly #log: RepeatedLog;
  readonly #errors: PluginErrors;
  readonly #backlog: Backlog;
  readonly #breaker: Breaker;
  readonly #backoff: Backoff;
  readonly #giveUp = new AbortController();
  #state: PluginState = 'created';
  #instance: PluginInstance | undefined;
  #timer: Timer | undefined;
  #restarting: Promise<void> | undefined;
  #suspendedFor: string | null = null;
  #lastError: string | null = null;
  #eventsDelivered = 0;
  #batchesDelivered = 0;
  #errorCount = 0;
  #suspensions = 0;
  #slowestCallMs = 0;

  constructor(use: PluginUse, options: unknown, ports: PluginHostPorts) {
    this.name = use.as;
    this.#use = use;
    this.#options = options;
    this.#ports = ports;
    const errors = new PluginErrors(use.as, use.definition, use.options, options);
    this.#errors = errors;
    this.#logger = redactingLogger(ports.logger.child({ plugin: use.as }), (text) => errors.clean(text));
    this.#log = new RepeatedLog(this.#logger, ports.clock);
    this.#backlog = new Backlog(ports.options.eventCapacity, ports.clock);
    this.#breaker = new Breaker(ports.options);
    this.#backoff = new Backoff({ ...ports.options.restart, factor: 2, jitter: 0.2 });
  }

  /** Whether an event of this type is offered to it: also while it starts or is suspended, so that it can be counted. */
  followsEvent(type: EventType): boolean {
    const { events } = this.#use.definition.interest;
    if (events === undefined || !(this.#state === 'starting' || this.#isUp)) return false;
    if (this.#instance !== undefined && this.#instance.plugin.onEvents === undefined) return false;
    return events === 'all' || events.includes(type);
  }

  /** Whether it takes samples of this kind now. */
  takesSamples(kind: SampledKind): boolean {
    const { samples } = this.#use.definition.interest;
    if (samples === undefined || this.#state !== 'running' || this.#instance?.plugin.onSamples === undefined)
      return false;
    return samples === 'all' || samples.includes(kind);
  }

  /** Rejects only when the plugin must start; it has been released then. */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#startOnce(signal);
    } catch (error) {
      const policy = this.#use.definition.onStartError ?? 'fail';
      if (signal.aborted) {
        this.#setState('stopped');
        throw error;
      }
      this.#lastError = this.#errors.text(error);
      this.#setState(policy === 'retry' ? 'starting' : 'failed');
      if (policy === 'fail') throw error;
      this.#emitFailed('start');
      this.#log.error('plugin did not start', { error: this.#lastError, onStartError: policy });
      if (policy === 'retry') this.#restartLater();
    }
  }

  offer(event: MonitorEvent): void {
    this.#backlog.offer(event);
  }

  /** Delivers waiting events, one call; true when more wait. */
  drain(): boolean {
    if (this.#state !== 'running') return false;
    const events = this.#backlog.take(this.#ports.options.eventsPerCall);
    if (events.length > 0) {
      this.#eventsDelivered += events.length;
      this.#call('onEvents', (plugin) => plugin.onEvents?.(events));
    }
    return this.#state === 'running' && !this.#backlog.isEmpty;
  }

  deliver(batch: AnySampleBatch): void {
    if (this.#state !== 'running') return;
    this.#batchesDelivered++;
    this.#call('onSamples', (plugin) => plugin.onSamples?.(batch));
  }

  /** Rejects with `MonitorError` when the plugin fails, misses its deadline, or the signal aborts. */
  async flush(signal?: AbortSignal): Promise<void> {
    const instance = this.#instance;
    if (instance?.plugin.flush === undefined || !this.#isUp) return;
    await this.#withDeadline(
      'flush',
      this.#ports.options.flushTimeoutMs,
      (inner) => instance.plugin.flush?.(inner),
      signal,
    );
  }

  /** Nothing is delivered from here on. Rejects with `MonitorError` when the plugin fails or misses its deadline. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#giveUp.abort(new Error('Stopped.'));
    if (this.#state !== 'failed') this.#setState('stopping');
    this.#backlog.clear();
    try {
      await this.#restarting;
      if (this.#instance !== undefined) await this.#release(this.#instance);
    } finally {
      if (this.#state === 'stopping') this.#setState('stopped');
    }
  }

  status(): PluginStatus {
    return {
      name: this.name,
      state: this.#state,
      health: this.#health(),
      eventsDelivered: this.#eventsDelivered,
      eventsMissed: this.#backlog.missed,
      queueRatio: this.#backlog.fill,
      batchesDelivered: this.#batchesDelivered,
      errors: this.#errorCount,
      suspensions: this.#suspensions,
      slowestCallMs: this.#slowestCallMs,
      lastError: this.#lastError,
      ...this.#counters(),
    };
  }

  get #isUp(): boolean {
    return this.#state === 'running' || this.#state === 'suspended';
  }

  #setState(state: PluginState): void {
    this.#state = state;
    this.#ports.changed();
  }

  async #startOnce(signal: AbortSignal): Promise<void> {
    const { startTimeoutMs, stopTimeoutMs } = this.#ports.options;
    this.#backlog.clear();
    this.#setState('starting');
    let instance: PluginInstance;
    try {
      instance = makePlugin(this.name, this.#use.definition, this.#options, this.#ports.scope, this.#logger);
    } catch (error) {
      throw this.#errors.wrap(error, 'SFUSCOPE_PLUGIN_CONSTRUCT', 'be made');
    }
    try {
      await withDeadline(async (inner) => instance.plugin.start?.(inner), {
        clock: this.#ports.clock,
        ms: startTimeoutMs,
        signal,
        graceMs: stopTimeoutMs,
        onLate: (failed) => void this.#releaseLate(instance, failed),
      });
      signal.throwIfAborted();
    } catch (error) {
      await this.#releaseQuietly(instance);
      throw this.#errors.wrap(error, 'SFUSCOPE_PLUGIN_START', 'start', startTimeoutMs, 'SFUSCOPE_PLUGIN_START_TIMEOUT');
    }
    this.#instance = instance;
    this.#setState('running');
  }

  #restartLater(): void {
    this.#timer = this.#ports.clock.setTimeout(() => {
      this.#restarting = this.#restart();
    }, this.#backoff.next());
  }

  async #restart(): Promise<void> {
    const { signal } = this.#giveUp;
    try {
      await this.#startOnce(signal);
      this.#lastError = null;
      this.#log.recovered('plugin started');
    } catch (error) {
      if (signal.aborted) return;
      const text = this.#errors.text(error);
      const isNews = text !== this.#lastError;
      this.#lastError = text;
      if (isNews) this.#emitFailed('start');
      this.#log.error('plugin did not start', { error: text, onStartError: 'retry' });
      this.#restartLater();
    }
  }

  /** The one place where the plugin's hooks are called. */
  #call(hook: Hook, deliver: (plugin: MonitorPlugin) => unknown): void {
    const plugin = this.#instance?.plugin;
    if (plugin === undefined) return;
    const { times } = this.#ports;
    const began = times.now();
    let verdict: string | null = null;
    try {
      const result = deliver(plugin);
      if (result instanceof Promise) this.#follow(hook, result);
      else this.#breaker.succeeded(hook);
    } catch (error) {
      verdict = this.#failed(hook, error);
    }
    const took = times.since(began);
    this.#slowestCallMs = Math.max(this.#slowestCallMs, took);
    verdict ??= this.#breaker.took(hook, took, this.#ports.clock.monotonic());
    if (verdict !== null) this.#suspend(verdict);
  }

  /** Hooks are synchronous; what an author made asynchronous by mistake must not become an unhandled rejection. */
  #follow(hook: Hook, result: Promise<unknown>): void {
    result.then(
      () => this.#breaker.succeeded(hook),
      (error: unknown) => {
        const verdict = this.#failed(hook, error);
        if (verdict !== null) this.#suspend(verdict);
      },
    );
  }

  #failed(hook: Hook, error: unknown): string | null {
    this.#errorCount++;
    this.#lastError = this.#errors.text(error);
    this.#log.error(`${hook} of the plugin threw`, { error: this.#lastError });
    return this.#breaker.threw(hook);
  }

  #suspend(reason: string): void {
    if (this.#state !== 'running') return;
    const { coolDownMs } = this.#ports.options.breaker;
    this.#suspendedFor = reason;
    this.#suspensions++;
    this.#backlog.close();
    this.#setState('suspended');
    this.#timer = this.#ports.clock.setTimeout(() => this.#resume(), coolDownMs);
    this.#logger.warn('plugin suspended', { reason, coolDownMs });
    this.#ports.emit({ type: 'monitor.pluginSuspended', data: { plugin: this.name, reason, coolDownMs } });
  }

  #resume(): void {
    const missedEvents = this.#backlog.gap;
    this.#suspendedFor = null;
    this.#breaker.giveTrial();
    if (this.#use.definition.interest.events !== undefined) this.#backlog.reopen();
    this.#setState('running');
    this.#logger.info('plugin resumed', { missedEvents });
    this.#ports.emit({ type: 'monitor.pluginResumed', data: { plugin: this.name, missedEvents } });
  }

  #emitFailed(phase: string): void {
    const message = this.#lastError ?? '';
    this.#ports.emit({ type: 'monitor.pluginFailed', data: { plugin: this.name, phase, message } });
  }

  async #withDeadline(
    what: 'flush' | 'stop',
    ms: number,
    work: (signal: AbortSignal) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<void> {
    try {
      await withDeadline(work, { clock: this.#ports.clock, ms, signal });
    } catch (error) {
      this.#errorCount++;
      this.#lastError = this.#errors.text(error);
      throw this.#errors.wrap(error, 'SFUSCOPE_PLUGIN_STOP', what, ms);
    }
  }

  async #release(instance: PluginInstance): Promise<void> {
    const { stopTimeoutMs } = this.#ports.options;
    this.#instance = undefined;
    await this.#withDeadline('stop', stopTimeoutMs, async (signal) => {
      try {
        await instance.plugin.stop?.(signal);
      } finally {
        await instance.dispose();
      }
    });
  }

  /** After a failed start: what matters is why it failed, not how well it cleaned up. */
  async #releaseQuietly(instance: PluginInstance): Promise<void> {
    try {
      await this.#release(instance);
    } catch (error) {
      this.#logger.debug('plugin did not release what it had begun', { error: this.#errors.text(error) });
    }
  }

  /** A start that was abandoned ended after all: what it opened since the first release must go too. */
  async #releaseLate(instance: PluginInstance, failed: boolean): Promise<void> {
    this.#logger.warn('plugin ended its start after it had been given up', { failed });
    await this.#releaseQuietly(instance);
  }

  #health(): PluginHealth {
    if (this.#state === 'suspended') return { status: 'degraded', reason: `suspended: ${this.#suspendedFor}` };
    if (this.#state === 'failed' || (this.#state === 'starting' && this.#lastError !== null)) {
      return { status: 'failing', reason: `did not start: ${this.#lastError}` };
    }
    try {
      const health = healthOf(this.#instance?.plugin.health?.());
      return health.status === 'ok' ? health : { ...health, reason: this.#errors.text(health.reason) };
    } catch (error) {
      return { status: 'failing', reason: `health threw: ${this.#errors.text(error)}` };
    }
  }

  #counters(): Pick<PluginStatus, 'counters'> {
    try {
      const counters = countersOf(this.#instance?.plugin.counters?.());
      return counters === undefined ? {} : { counters };
    } catch {
      // Health tells that the plugin misbehaves; a missing counter must not take the status page with it.
      return {};
    }
  }
}
