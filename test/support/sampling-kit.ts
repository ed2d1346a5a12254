import { Liveness } from '../../core/liveness/liveness.js';
import { livenessOptions } from '../../core/liveness/options.js';
import type { EntityKey, EntityKind, NodeOf } from '../../core/model/entity.js';
import type { EventType, MonitorEvent, MonitorEventOf } from '../../core/model/events.js';
import type { AnySampleBatch, FieldOf, SampledKind } from '../../core/model/samples.js';
import { samplingOptions } from '../../core/sampling/options.js';
import { Sampler } from '../../core/sampling/sampler.js';
import { FakeSource } from './fake-source.js';
import { GraphKit } from './graph-kit.js';
import type { ManualClock } from './manual-clock.js';

interface KitOptions {
  readonly sampling?: Parameters<typeof samplingOptions.parse>[0];
  readonly liveness?: Parameters<typeof livenessOptions.parse>[0];
}

/** What an answer costs outside the sampler, as far as it can tell: as much as it takes one to cost before it has measured. */
const CPU_PER_ANSWER_MS = 0.02;

/** A real graph, sampler and liveness around a fake source, with a clock that the test moves. */
export class SamplingKit {
  readonly events: MonitorEvent[] = [];
  /** Copies of every batch handed over. */
  readonly batches: AnySampleBatch[] = [];
  readonly open: GraphKit;
  readonly source: FakeSource;
  readonly sampler: Sampler;
  readonly liveness: Liveness;
  onBatch: (batch: AnySampleBatch) => void = () => {};
  /** Whether somebody takes what the samples lead to, other than by a lease. */
  attended = true;

  constructor({ sampling = {}, liveness = {} }: KitOptions = {}) {
    this.open = new GraphKit({ publish: (event) => this.#publish(event) });
    const { graph, clock, logger } = this.open;
    this.source = new FakeSource(clock, (key) => graph.get(key)?.worker);
    this.sampler = new Sampler({
      graph,
      source: this.source,
      clock,
      logger,
      options: samplingOptions.parse(sampling),
      onBatch: (batch) => {
        this.batches.push(batch.copy() as AnySampleBatch);
        this.liveness.observeBatch(batch);
        this.onBatch(batch);
      },
      residentMemory: (pid) => pid * 1000,
      attended: () => this.attended,
      cpuTime: () => this.source.answered * CPU_PER_ANSWER_MS,
    });
    this.liveness = new Liveness({
      graph,
      stats: this.sampler,
      clock,
      options: livenessOptions.parse(liveness),
    });
  }

  get clock(): ManualClock {
    return this.open.clock;
  }

  node<K extends EntityKind>(kind: K, key: EntityKey): NodeOf<K> {
    const node = this.open.graph.snapshot().find(kind, key);
    if (node === undefined) throw new Error(`no open ${kind} ${key}`);
    return node;
  }

  value<K extends SampledKind>(kind: K, key: EntityKey, field: FieldOf<K>): number {
    return this.sampler.value(this.node(kind, key), field);
  }

  /** Events of one type so far. */
  told<T extends EventType>(type: T): MonitorEventOf<T>[] {
    return this.events.filter((event) => event.type === type) as unknown as MonitorEventOf<T>[];
  }

  #publish(event: MonitorEvent): void {
    this.events.push(event);
    this.sampler.observe(event);
    this.liveness.observe(event);
  }
}
