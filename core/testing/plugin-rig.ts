import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { DependencyContainer } from 'tsyringe';
import { createScope } from '../container.js';
import { pluginHostOptions } from '../dispatch/options.js';
import { PluginSet } from '../dispatch/plugin-set.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { PluginDefinition, PluginStatus } from '../plugin.js';
import type { EventInput } from '../source.js';
import { CLOCK } from '../tokens.js';
import { CountingClock } from './counting-clock.js';
import { Probe } from './probe.js';
import { RecordingLogger } from './recording-logger.js';
import { ResourceWatch } from './resources.js';
import { sampleBatches } from './sample-batches.js';
import { sampleEvents } from './sample-events.js';
import { SampleServices } from './sample-services.js';
import { waitUntil } from './wait-until.js';

export interface Feed {
  /** @default one event of every type */
  readonly events?: readonly MonitorEvent[];
  /** @default of every kind a usual batch, an unknown one and an empty one */
  readonly batches?: readonly AnySampleBatch[];
}

/** One plugin in a real host, with everything around it recorded. */
export class PluginRig {
  readonly set: PluginSet;
  readonly probe = new Probe();
  readonly logger = new RecordingLogger();
  readonly clock = new CountingClock();
  readonly emitted: EventInput[] = [];
  readonly #services = new SampleServices();
  readonly #watch = new ResourceWatch();
  readonly #deadlineMs: number;

  constructor(
    definition: PluginDefinition,
    options: unknown,
    deadlineMs: number,
    provide: ((scope: DependencyContainer) => void) | undefined,
  ) {
    const scope = createScope();
    this.#deadlineMs = deadlineMs;
    this.#services.register(scope);
    scope.registerInstance(CLOCK, this.clock);
    provide?.(scope);
    const { startsAfter: _, ...alone } = definition;
    this.set = new PluginSet({
      uses: [{ definition: this.probe.attach(alone), options, as: definition.name }],
      scope,
      clock: this.clock,
      logger: this.logger,
      options: pluginHostOptions.parse({
        startTimeoutMs: deadlineMs,
        flushTimeoutMs: deadlineMs,
        stopTimeoutMs: deadlineMs,
        // A machine under load must not make a plugin look slow here; that is measured elsewhere.
        slowCallMs: 10_000,
      }),
      emit: (event) => this.emitted.push(event),
    });
    this.set.prepare();
  }

  get status(): PluginStatus {
    const [status] = this.set.status();
    assert.ok(status !== undefined);
    return status;
  }

  /** Starts, and waits until it runs: a plugin may come up in the background. */
  async start(): Promise<void> {
    await this.set.start();
    const isUp = await waitUntil(() => this.status.state === 'running', this.#deadlineMs);
    assert.ok(isUp, `the plugin did not start in ${this.#deadlineMs} ms: ${this.status.lastError}`);
  }

  /** Publishes events and batches, and waits until all of them were delivered. */
  async feed({ events = sampleEvents(), batches = sampleBatches() }: Feed): Promise<void> {
    for (const event of events) this.set.publish(event);
    for (const batch of batches) this.set.deliver(batch);
    // Whoever delivers waits for a turn of the event loop; two turns later there is nothing left.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    await this.set.stop();
    const failures = this.logger.messages('error').filter((message) => message.startsWith('['));
    assert.deepEqual(failures, [], 'flush and stop must succeed in time');
  }

  /** Fails when the plugin left a timer, a subscription, a lease or a handle behind. */
  async assertNothingLeft(): Promise<void> {
    await waitUntil(() => this.#watch.added.length === 0, this.#deadlineMs);
    const { added } = this.#watch;
    assert.deepEqual(added, [], 'handles and timers must be closed by the end of stop');
    assert.equal(this.clock.pending, 0, 'timers of the clock must be cancelled in stop');
    assert.equal(this.#services.held, 0, 'subscriptions, leases and routes must be ended in stop');
  }

  /** Stops what still runs, whatever the test found. */
  async end(): Promise<void> {
    this.#watch.end();
    await this.set.stop();
  }

  /** Everything that was told to anybody, as one text. */
  get told(): string {
    return inspect([this.logger.lines, this.set.status(), this.emitted], { depth: 10, maxStringLength: null });
  }
}
