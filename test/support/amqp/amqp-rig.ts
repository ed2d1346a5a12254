import assert from 'node:assert/strict';
import type { z } from 'zod';
import { type Clock, systemClock } from '../../../core/clock.js';
import type { MonitorEvent } from '../../../core/model/events.js';
import type { PluginStatus } from '../../../core/plugin.js';
import { sampleEvent } from '../../../core/testing/sample-events.js';
import { SampleServices } from '../../../core/testing/sample-services.js';
import { CLOCK } from '../../../core/tokens.js';
import amqp from '../../../plugins/amqp/plugin.js';
import type { amqpOptions } from '../../../plugins/amqp/options.js';
import { pluginSet } from '../plugins.js';
import { eventually } from './eventually.js';

/** The plugin in a real host, with waits that suit a test. A loaded machine must not make it look slow; that is measured elsewhere. */
export class AmqpRig {
  readonly #set: ReturnType<typeof pluginSet>;
  #seq = 0;

  constructor(options: z.input<typeof amqpOptions>, clock: Clock = systemClock) {
    const given = { reconnect: { initialMs: 20, maxMs: 200 }, ...options };
    const use = { definition: amqp as never, options: given, as: 'amqp' };
    this.#set = pluginSet([use], { flushTimeoutMs: 500, slowCallMs: 10_000 }, clock);
    new SampleServices().register(this.#set.scope);
    this.#set.scope.registerInstance(CLOCK, clock);
  }

  static async started(options: z.input<typeof amqpOptions>): Promise<AmqpRig> {
    const rig = new AmqpRig(options);
    await rig.start();
    return rig;
  }

  start(): Promise<void> {
    return this.#set.set.start();
  }

  get set() {
    return this.#set.set;
  }

  get status(): PluginStatus {
    const [status] = this.#set.set.status();
    assert.ok(status !== undefined);
    return status;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.status.counters ?? {};
  }

  /** What the health says is wrong; empty when nothing is. */
  get trouble(): string {
    const { health } = this.status;
    return health.status === 'ok' ? '' : health.reason;
  }

  get logged(): readonly string[] {
    return this.#set.logger.lines.map(({ message }) => message);
  }

  /** Every text this plugin has told to anybody. */
  get told(): string {
    return JSON.stringify([this.#set.logger.lines, this.status]);
  }

  /** Publishes events that lead to one record each; gives the ids of these records. */
  publish(count: number): string[] {
    return Array.from({ length: count }, () => {
      const seq = ++this.#seq;
      this.#set.set.publish(sampleEvent('producer.paused', {}, { seq }) as MonitorEvent);
      return `sample-run-${seq}`;
    });
  }

  /** Publishes an event whose record is larger than that many bytes. */
  publishLarge(bytes: number): void {
    const seq = ++this.#seq;
    const room = 'r'.repeat(bytes);
    this.#set.set.publish(sampleEvent('producer.paused', {}, { seq, room }) as MonitorEvent);
  }

  async waitFor(check: (rig: this) => boolean, what: string): Promise<void> {
    await eventually(() => assert.ok(check(this), `${what}: ${JSON.stringify(this.status)}`));
  }

  /** Resolves when all that was published so far is confirmed. */
  async delivered(count: number): Promise<void> {
    await this.waitFor(({ counters }) => counters.delivered === count, `${count} delivered`);
  }

  stop(): Promise<void> {
    return this.#set.set.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
