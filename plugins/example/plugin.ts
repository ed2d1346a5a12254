import {
  type AnySampleBatch,
  CLOCK,
  type Clock,
  definePlugin,
  type EntityKey,
  inject,
  injectable,
  LOGGER,
  type Logger,
  type MonitorEvent,
  type MonitorPlugin,
  OPTIONS,
  PLUGIN_API_VERSION,
  SEVERITIES,
  type Severity,
} from '../../core/index.js';
import { type ExampleOptions, exampleOptions } from './options.js';

const MINUTE_MS = 60_000;

/** Logs events from a severity on, and consumers whose score is low: once each, until they recover. */
// Every parameter carries an explicit `@inject`, because not every compiler tells its type at run time.
@injectable()
export class ExamplePlugin implements MonitorPlugin {
  readonly #options: ExampleOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  /** Consumers with a low score now. An entity leaves at once when it closes, so this is never larger than the SFU. */
  readonly #low = new Set<EntityKey>();
  #minuteBegan = Number.NEGATIVE_INFINITY;
  #linesThisMinute = 0;
  #lines = 0;
  #suppressed = 0;
  #suppressedThisMinute = 0;

  constructor(@inject(OPTIONS) options: ExampleOptions, @inject(LOGGER) logger: Logger, @inject(CLOCK) clock: Clock) {
    this.#options = options;
    this.#logger = logger;
    this.#clock = clock;
  }

  onEvents(events: readonly MonitorEvent[]): void {
    for (const event of events) {
      // After a gap, closes may have been missed: what is kept of entities is no longer to be trusted.
      if (event.type === 'monitor.resync') this.#low.clear();
      else if (event.type === 'consumer.closed' && event.entity !== null) this.#low.delete(event.entity.key);
      if (!this.#isLogged(event.severity)) continue;
      const { type, severity, entity, room, peer } = event;
      this.#log(severity, type, {
        ...(entity && { entity: entity.id }),
        ...(room && { room }),
        ...(peer && { peer }),
      });
    }
  }

  onSamples(batch: AnySampleBatch): void {
    if (batch.kind !== 'consumer') return;
    const { score } = batch.columns;
    for (const [row, { key, id, room, peer }] of batch.entities.entries()) {
      const value = score[row] ?? Number.NaN;
      // Unknown is NaN, for which every comparison is false: it changes nothing.
      if (value >= this.#options.minScore) this.#low.delete(key);
      if (!(value < this.#options.minScore) || this.#low.has(key)) continue;
      this.#low.add(key);
      this.#log('warning', 'low score', { entity: id, score: value, room, peer });
    }
  }

  counters(): Readonly<Record<string, number>> {
    return { lines: this.#lines, suppressedLines: this.#suppressed };
  }

  stop(): void {
    this.#low.clear();
  }

  #isLogged(severity: Severity): boolean {
    return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(this.#options.minSeverity);
  }

  #log(severity: Severity, message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#beginMinute();
    if (this.#linesThisMinute >= this.#options.maxLinesPerMinute) {
      this.#suppressed++;
      this.#suppressedThisMinute++;
      return;
    }
    this.#linesThisMinute++;
    this.#lines++;
    if (severity === 'error') this.#logger.error(message, fields);
    else if (severity === 'warning') this.#logger.warn(message, fields);
    else this.#logger.info(message, fields);
  }

  #beginMinute(): void {
    const now = this.#clock.monotonic();
    if (now - this.#minuteBegan < MINUTE_MS) return;
    if (this.#suppressedThisMinute > 0) this.#logger.warn('lines left out', { lines: this.#suppressedThisMinute });
    this.#minuteBegan = now;
    this.#linesThisMinute = 0;
    this.#suppressedThisMinute = 0;
  }
}

export default definePlugin({
  name: 'example',
  apiVersion: PLUGIN_API_VERSION,
  options: exampleOptions,
  interest: { events: 'all', samples: ['consumer'] },
  plugin: ExamplePlugin,
});
