import { SlottedRef } from '../graph/slotted-ref.js';
import type { ConsumerNode, EntityKey, EntityRef, ProducerNode } from '../model/entity.js';
import type { EventMap } from '../model/events.js';
import { Flows } from './flows.js';
import type { LivenessOptions } from './options.js';
import type { ProducerWatches } from './producer-watches.js';
import type { TransportWatches } from './transport-watches.js';
import type { Moment, Witness } from './witness.js';

type Starvation = EventMap['consumer.starved'];

/** A starvation that was told and has not ended. */
interface Starved {
  readonly cause: Starvation['cause'];
  /** Monotonic ms, as durations are never taken from wall time, which may jump. */
  readonly since: number;
}

/** Whether each open consumer forwards what its producer sends. */
export class ConsumerWatches {
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  readonly #producers: ProducerWatches;
  readonly #transports: TransportWatches;
  readonly #flows = new Flows();
  /** Monotonic ms since when those without current layers have none or, not excused, have been waiting for them. */
  readonly #layerless = new Map<EntityKey, number>();
  readonly #starved = new Map<EntityKey, Starved>();

  constructor(parts: {
    readonly witness: Witness;
    readonly options: LivenessOptions;
    readonly producers: ProducerWatches;
    readonly transports: TransportWatches;
  }) {
    this.#witness = parts.witness;
    this.#options = parts.options;
    this.#producers = parts.producers;
    this.#transports = parts.transports;
  }

  /** Those that wait for layers, so time alone may make them starve. */
  get inDoubt(): Iterable<EntityKey> {
    return this.#layerless.keys();
  }

  open(node: ConsumerNode, now: number): void {
    if (this.#flows.has(node)) return;
    this.#flows.open(node, now);
    if (wantsLayers(node) && node.currentLayers === null) this.#layerless.set(node.key, now);
  }

  close(ref: EntityRef): void {
    const slot = SlottedRef.slotOf(ref);
    if (slot !== null) this.#flows.close(slot);
    if (this.#layerless.size > 0) this.#layerless.delete(ref.key);
    if (this.#starved.size > 0) this.#starved.delete(ref.key);
  }

  sample(node: ConsumerNode, packetCount: number, now: Moment): void {
    if (!this.#flows.has(node)) return;
    const at = this.#witness.sampledAt(node, now);
    if (at !== null) {
      this.#flows.sample(node.slot, packetCount, at);
      if (packetCount > 0) this.#started(node, this.#flows.sampledAt(node.slot));
    }
    this.judge(node);
  }

  resumed(node: ConsumerNode, now: number): void {
    if (!this.#flows.has(node)) return;
    this.#flows.excuse(node.slot, now);
    if (this.#layerless.has(node.key)) this.#layerless.set(node.key, now);
  }

  /** Layers were chosen or lost at that monotonic time; the first are chosen with the first key frame. */
  layersChanged(node: ConsumerNode, at: number): void {
    if (!this.#flows.has(node)) return;
    if (node.currentLayers !== null) {
      this.#layerless.delete(node.key);
      this.#started(node, at);
    } else if (!this.#layerless.has(node.key)) this.#layerless.set(node.key, this.#witness.clock.monotonic());
  }

  judge(node: ConsumerNode): void {
    if (!this.#flows.has(node)) return;
    // Most are well, and that takes no look at what they depend on.
    const suspect = this.#flows.isFlat(node.slot) || this.#layerless.has(node.key);
    if ((!suspect && node.starvedSince === null) || this.#witness.hangs(node)) return;
    const producer = this.#producerOf(node);
    const connectedAt = this.#connectedAt(node);
    if (producer === null || Number.isNaN(connectedAt) || !isExpectedToFlow(node, producer)) {
      this.#recover(node);
      return;
    }
    if (node.starvedSince !== null) {
      const hasLayers = this.#starved.get(node.key)?.cause === 'noLayers' && node.currentLayers !== null;
      if (hasLayers || this.#flows.isMoving(node.slot)) this.#recover(node);
      return;
    }
    const excusedUntil = Math.max(connectedAt, this.#witness.excusedUntil(node));
    const starvation = this.#starvation(node, producer, excusedUntil);
    if (starvation === null) return;
    const { cause, silentMs } = starvation;
    this.#starved.set(node.key, { cause, since: this.#witness.clock.monotonic() - silentMs });
    const starvedSince = this.#witness.ago(silentMs);
    const event = { type: 'consumer.starved', data: starvation } as const;
    this.#witness.graph.change('consumer', node.key, { starvedSince }, event);
  }

  /** The first packet was forwarded at that monotonic time. */
  #started(node: ConsumerNode, at: number): void {
    if (node.firstMediaMs !== null || node.foundLate) return;
    const firstMediaMs = Math.max(0, Math.round(at - this.#flows.openedAt(node.slot)));
    const event = { type: 'consumer.mediaStarted', data: { firstMediaMs } } as const;
    this.#witness.graph.change('consumer', node.key, { firstMediaMs }, event);
  }

  #starvation(node: ConsumerNode, producer: ProducerNode, excusedUntil: number): Starvation | null {
    const threshold = this.#options.starvedAfterMs[node.mediaKind];
    const now = this.#witness.clock.monotonic();
    const layerlessSince = this.#layerless.get(node.key);
    if (layerlessSince !== undefined) {
      const since = Math.max(layerlessSince, excusedUntil);
      if (now - since > threshold && this.#producers.flowedWithin(producer, since, now)) {
        return { cause: 'noLayers', silentMs: now - since };
      }
    }
    if (!this.#flows.isFlat(node.slot)) return null;
    const since = Math.max(this.#flows.silentSince(node.slot), excusedUntil);
    const until = this.#flows.sampledAt(node.slot);
    if (until - since <= threshold || !this.#producers.flowedWithin(producer, since, until)) return null;
    return { cause: 'noPackets', silentMs: until - since };
  }

  #recover(node: ConsumerNode): void {
    if (node.starvedSince === null) return;
    const since = this.#starved.get(node.key)?.since ?? 0;
    this.#starved.delete(node.key);
    const starvedMs = Math.round(this.#witness.clock.monotonic() - since);
    const event = { type: 'consumer.recovered', data: { starvedMs } } as const;
    this.#witness.graph.change('consumer', node.key, { starvedSince: null }, event);
  }

  #producerOf(node: ConsumerNode): ProducerNode | null {
    const producer = node.producer === null ? undefined : this.#witness.graph.get(node.producer);
    return producer?.kind === 'producer' && this.#producers.has(producer) ? producer : null;
  }

  /** Monotonic ms since when its transport is connected; `NaN` while it is not. */
  #connectedAt(node: ConsumerNode): number {
    const transport = node.parent === null ? undefined : this.#witness.graph.get(node.parent);
    return transport?.kind === 'transport' ? this.#transports.connectedAt(transport) : Number.NaN;
  }
}

function wantsLayers(node: ConsumerNode): boolean {
  return node.type === 'simulcast' || node.type === 'svc';
}

/** Neither side is paused, and the producer is not the one that stands still. A pipe counts when its other end is seen. */
function isExpectedToFlow(node: ConsumerNode, producer: ProducerNode): boolean {
  if (node.paused || node.producerPaused || producer.paused || producer.stalledSince !== null) return false;
  return node.type !== 'pipe' || node.pipeTarget !== null;
}
