import type { EventEmitter } from 'node:events';
import * as mediasoup from 'mediasoup';
import {
  createMonitor,
  type CreateMonitorOptions,
  type Logger,
  type Monitor,
  type PluginUse,
  SAMPLED_KINDS,
} from '../../../core/index.js';
import { createServer, type SfuscopeServer } from '../../../server/index.js';

/** Only what went wrong is told. */
const QUIET: Logger = { debug() {}, info() {}, warn: console.warn, error: console.error, child: () => QUIET };
const HOUR_MS = 3_600_000;

/** Producers are silent on purpose, and nothing is told of that. */
const SILENCE: NonNullable<CreateMonitorOptions['liveness']> = {
  stalledAfterMs: { audio: HOUR_MS, video: HOUR_MS },
  neverConnectedAfterMs: HOUR_MS,
  idleAfterMs: HOUR_MS,
};

export interface WatchingOptions {
  /** Where it hears of workers. */
  readonly observer: EventEmitter;
  readonly intervalMs: number;
  /** Whether as much is sampled in each interval as is wanted, whatever it costs. */
  readonly unlimited: boolean;
  /** Whether it looks for what stands still, as by default, for which it wants statistics. */
  readonly liveness: boolean;
  readonly fastDecode: boolean;
  /** Whether there is a server for GraphQL and for what plugins show. */
  readonly server: boolean;
  readonly plugins: readonly PluginUse[];
}

/** A running monitor, perhaps with its server. */
export class Watching {
  readonly monitor: Monitor;
  readonly #server: SfuscopeServer | null;
  /** Address of the server; empty without one. */
  readonly url: string;

  private constructor(monitor: Monitor, server: SfuscopeServer | null, url: string) {
    this.monitor = monitor;
    this.#server = server;
    this.url = url;
  }

  static async start(options: WatchingOptions): Promise<Watching> {
    const { observer, intervalMs, unlimited, liveness, fastDecode, server, plugins } = options;
    const monitor = createMonitor({
      mediasoup: { observer, version: mediasoup.version },
      plugins,
      logger: QUIET,
      attach: { fastDecode },
      liveness: { ...SILENCE, ...(!liveness && { producers: false, consumers: false }) },
      // As in an SFU that has run for long: here all entities are new.
      sampling: { intervalMs, hotForMs: 0, ...(unlimited && { cpuShare: 1 }) },
    });
    await monitor.start();
    if (!server) return new Watching(monitor, null, '');
    const mounted = createServer(monitor, { port: 0, logger: QUIET });
    return new Watching(monitor, mounted, (await mounted.listen()).url);
  }

  /** Has everything sampled from now on. */
  wantAll(): void {
    this.monitor.stats.lease({ kinds: SAMPLED_KINDS });
  }

  samples(): number {
    return this.monitor.status().sampling.reduce((sum, { requests }) => sum + requests.ok, 0);
  }

  /** What makes the figures mean less than they seem to. */
  trouble(fastDecode: boolean): string[] {
    const { source, plugins } = this.monitor.status();
    const told: string[] = [];
    if (fastDecode && source.fastDecode?.state !== 'on') told.push(`fastDecode is ${source.fastDecode?.state}`);
    for (const { name, health } of plugins) {
      if (health.status !== 'ok') told.push(`${name} is ${health.status}: ${health.reason}`);
    }
    return told;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
    await this.monitor.stop();
  }
}
