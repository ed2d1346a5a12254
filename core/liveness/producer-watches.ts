import { SlottedRef } from '../graph/slotted-ref.js';
import type { EntityKey, EntityRef, ProducerNode } from '../model/entity.js';
import { Flows } from './flows.js';
import type { LivenessOptions } from './options.js';
import type { Moment, Witness } from './witness.js';

/** Whether each open producer sends what it should. */
export class ProducerWatches {
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  readonly #flows = new Flows();
  /** Monotonic ms since when those that are stalled are; durations are never taken from wall time, which may jump. */
  readonly #stalledAt = new Map<EntityKey, number>();

  constructor(witness: Witness, options: LivenessOptions) {
    this.#witness = witness;
    this.#options = options;
  }

  has(node: ProducerNode): boolean {
    return this.#flows.has(node);
  }

  open(node: ProducerNode, now: number): void {
    if (!this.has(node)) this.#flows.open(node, now);
  }

  close(ref: EntityRef): void {
    const slot = SlottedRef.slotOf(ref);
    if (slot !== null) this.#flows.close(slot);
    this.#stalledAt.delete(ref.key);
  }

  sample(node: ProducerNode, packetCount: number, now: Moment): void {
    if (!this.has(node)) return;
    const at = this.#witness.sampledAt(node, now);
    if (at === null) return;
    this.#flows.sample(node.slot, packetCount, at);
    if (packetCount > 0) this.started(node, this.#flows.sampledAt(node.slot));
    this.judge(node);
  }

  resumed(node: ProducerNode, now: number): void {
    if (this.has(node)) this.#flows.excuse(node.slot, now);
  }

  /** Whether it surely sent after `since` and before `at`, and still did at its newest sample. */
  flowedWithin(node: ProducerNode, since: number, at: number): boolean {
    return this.#flows.flowedWithin(node.slot, since, at);
  }

  /** The first RTP was seen at that monotonic time. One that was there before the monitor may have begun earlier: nothing is told. */
  started(node: ProducerNode, at: number): void {
    if (node.firstMediaMs !== null || node.foundLate || !this.has(node)) return;
    const firstMediaMs = Math.max(0, Math.round(at - this.#flows.openedAt(node.slot)));
    const event = { type: 'producer.mediaStarted', data: { firstMediaMs } } as const;
    this.#witness.graph.change('producer', node.key, { firstMediaMs }, event);
  }

  judge(node: ProducerNode): void {
    const { clock, graph } = this.#witness;
    if (!this.has(node) || this.#witness.hangs(node)) return;
    const { key, slot } = node;
    const sampledAt = this.#flows.sampledAt(slot);
    const silentMs = sampledAt - Math.max(this.#flows.silentSince(slot), this.#witness.excusedUntil(node));
    const silent = !node.paused && silentMs > this.#options.stalledAfterMs[node.mediaKind];
    if (node.stalledSince === null) {
      if (!silent) return;
      const stalledAt = sampledAt - silentMs;
      this.#stalledAt.set(key, stalledAt);
      const stalledSince = this.#witness.ago(clock.monotonic() - stalledAt);
      graph.change('producer', key, { stalledSince }, { type: 'producer.stalled', data: { silentMs } });
    } else if (node.paused || this.#flows.isMoving(slot)) {
      const stalledMs = Math.round(clock.monotonic() - (this.#stalledAt.get(key) ?? 0));
      this.#stalledAt.delete(key);
      graph.change('producer', key, { stalledSince: null }, { type: 'producer.recovered', data: { stalledMs } });
    }
  }
}
