import type { ProducerNode } from '../model/entity.js';
import { Flow } from './flow.js';
import type { LivenessOptions } from './options.js';
import type { Witness } from './witness.js';

/** Whether one producer sends what it should. */
export class ProducerWatch {
  readonly flow: Flow;
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  /** Monotonic ms, as durations are never taken from wall time, which may jump. */
  readonly #openedAt: number;
  #stalledAt = 0;

  constructor(witness: Witness, options: LivenessOptions) {
    this.#witness = witness;
    this.#options = options;
    this.#openedAt = witness.clock.monotonic();
    this.flow = new Flow(this.#openedAt);
  }

  sample(node: ProducerNode, packetCount: number): void {
    const at = this.#witness.sampledAt(node);
    if (at === null) return;
    this.flow.sample(packetCount, at);
    if (packetCount > 0) this.started(node, this.flow.sampledAt);
    this.judge(node);
  }

  resumed(): void {
    this.flow.excuse(this.#witness.clock.monotonic());
  }

  /** The first RTP was seen at that monotonic time. One that was there before the monitor may have begun earlier: nothing is told. */
  started(node: ProducerNode, at: number): void {
    if (node.firstMediaMs !== null || node.foundLate) return;
    const firstMediaMs = Math.max(0, Math.round(at - this.#openedAt));
    const event = { type: 'producer.mediaStarted', data: { firstMediaMs } } as const;
    this.#witness.graph.change('producer', node.key, { firstMediaMs }, event);
  }

  judge(node: ProducerNode): void {
    const { clock, graph } = this.#witness;
    if (this.#witness.hangs(node)) return;
    const silentMs = this.flow.sampledAt - Math.max(this.flow.silentSince, this.#witness.excusedUntil(node));
    const silent = !node.paused && silentMs > this.#options.stalledAfterMs[node.mediaKind];
    if (node.stalledSince === null) {
      if (!silent) return;
      this.#stalledAt = this.flow.sampledAt - silentMs;
      const stalledSince = this.#witness.ago(clock.monotonic() - this.#stalledAt);
      graph.change('producer', node.key, { stalledSince }, { type: 'producer.stalled', data: { silentMs } });
    } else if (node.paused || this.flow.moving) {
      const stalledMs = Math.round(clock.monotonic() - this.#stalledAt);
      graph.change('producer', node.key, { stalledSince: null }, { type: 'producer.recovered', data: { stalledMs } });
    }
  }
}
