import type { DependencyContainer } from 'tsyringe';
import type { z } from 'zod';
import type { EventType, MonitorEvent } from './model/events.js';
import type { AnySampleBatch, SampledKind } from './model/samples.js';

/** Raised when the contract changes in a way that an existing plugin would notice. */
export const PLUGIN_API_VERSION = 1;

/** Every method is optional; one that is absent costs nothing. */
export interface MonitorPlugin {
  /**
   * Connect, bind, allocate. Runs once, after the plugins named in `startsAfter`. Reject to fail; honour `signal`. Events from here on
   * are kept and delivered once it is done, so a graph that is read here is followed without a gap.
   */
  start?(signal: AbortSignal): Promise<void> | void;
  /**
   * In order and without a gap within one run; a plugin that missed events is told so by a `monitor.resync` in their place.
   * Synchronous and quick: queue slow work.
   */
  onEvents?(events: readonly MonitorEvent[]): void;
  /** One kind of one tick of one worker, or a part of it where there are many. The columns are used again after this returns: `batch.copy()` to keep them. */
  onSamples?(batch: AnySampleBatch): void;
  /** Deliver what is buffered, or reject. Called before `stop` and by `monitor.flush()`. */
  flush?(signal: AbortSignal): Promise<void>;
  /**
   * Release everything. Nothing is delivered after this is called. Runs in reverse order of start; also after a `start` that failed
   * or was given up, so it may find half of what it expects, and it may be called twice.
   */
  stop?(signal: AbortSignal): Promise<void> | void;
  /** The plugin's own view; the host adds the throws, timeouts and drops it has seen. Must not do I/O. */
  health?(): PluginHealth;
  /** The plugin's own counters since start, by camelCase name; shown with its status. Must not do I/O. */
  counters?(): Readonly<Record<string, number>>;
}

export type PluginHealth =
  | { readonly status: 'ok' }
  | { readonly status: 'degraded' | 'failing'; readonly reason: string };

export interface Interest {
  readonly events?: readonly EventType[] | 'all';
  /** A kind nobody asks for is never polled. */
  readonly samples?: readonly SampledKind[] | 'all';
}

export interface PluginDefinition<S extends z.ZodType = z.ZodType> {
  /** kebab-case, unique in one monitor; prefixes logs, errors and self-metrics. */
  readonly name: string;
  readonly apiVersion: typeof PLUGIN_API_VERSION;
  /** Parsed once, strictly: an unknown key is an error. Fields marked `.meta({ secret: true })` are never shown. */
  readonly options: S;
  readonly interest: Interest;
  readonly startsAfter?: readonly string[];
  /** What a failing `start` does: refuse to start the monitor, try again with back-off, or go on without it. @default 'fail' */
  readonly onStartError?: 'fail' | 'retry' | 'disable';
  readonly plugin: new (...dependencies: never[]) => MonitorPlugin;
  /** Registers what the class injects besides the tokens of the host, into this plugin's own child container. */
  provide?(scope: DependencyContainer, options: z.output<S>): void;
}

/** One use of a plugin in one monitor. */
export interface PluginUse {
  readonly definition: PluginDefinition;
  /** Unparsed. */
  readonly options: unknown;
  /** Name of this use; the definition's unless the same plugin is used twice. */
  readonly as: string;
}

export type PluginState = 'created' | 'starting' | 'running' | 'suspended' | 'stopping' | 'stopped' | 'failed';

export interface PluginStatus {
  readonly name: string;
  readonly state: PluginState;
  readonly health: PluginHealth;
  /** Counters since start. */
  readonly eventsDelivered: number;
  readonly eventsMissed: number;
  /** Share of its event queue that is in use, 0–1. */
  readonly queueRatio: number;
  readonly batchesDelivered: number;
  readonly errors: number;
  readonly suspensions: number;
  /** Longest single call in ms. */
  readonly slowestCallMs: number;
  readonly lastError: string | null;
  /** The plugin's own, where it has any. */
  readonly counters?: Readonly<Record<string, number>>;
}

/** Checks nothing at run time; gives the author the types. */
export function definePlugin<S extends z.ZodType>(definition: PluginDefinition<S>): PluginDefinition<S> {
  return definition;
}

/**
 * Uses a plugin in code: `createMonitor({ plugins: [use(webhook, { url })] })`; in a configuration file it is `plugins.webhook.url`.
 * `as` names the use when the same plugin is used twice.
 */
export function use<S extends z.ZodType>(
  definition: PluginDefinition<S>,
  options?: z.input<S>,
  as?: string,
): PluginUse {
  return { definition: definition as unknown as PluginDefinition, options: options ?? {}, as: as ?? definition.name };
}
