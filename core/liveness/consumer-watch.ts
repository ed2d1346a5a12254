import type { ConsumerNode, ProducerNode } from '../model/entity.js';
import type { EventMap } from '../model/events.js';
import { Flow } from './flow.js';
import type { LivenessOptions } from './options.js';
import type { ProducerWatch } from './producer-watch.js';
import type { TransportWatch } from './transport-watch.js';
import type { Witness } from './witness.js';

type Starvation = EventMap['consumer.starved'];

/** What a consumer depends on. */
export interface Upstream {
  readonly node: ProducerNode;
  readonly watch: ProducerWatch;
  readonly transport: TransportWatch;
}

/** Whether one consumer forwards what its producer sends. */
export class ConsumerWatch {
  readonly #witness: Witness;
  readonly #options: LivenessOptions;
  readonly #flow: Flow;
  /** Monotonic ms since when it has no current layers or, not excused, has been waiting for them; `null` when it has some. */
  #layerlessSince: number | null;
  #cause: Starvation['cause'] | null = null;
  /** Monotonic ms, as durations are never taken from wall time, which may jump. */
  readonly #openedAt: number;
  #starvedAt = 0;

  constructor(node: ConsumerNode, witness: Witness, options: LivenessOptions) {
    this.#witness = witness;
    this.#options = options;
    const now = witness.clock.monotonic();
    this.#openedAt = now;
    this.#flow = new Flow(now);
    this.#layerlessSince = wantsLayers(node) && node.currentLayers === null ? now : null;
  }

  /** Waits for layers, so time alone may make it starve. */
  get layerless(): boolean {
    return this.#layerlessSince !== null;
  }

  sample(node: ConsumerNode, packetCount: number): void {
    const at = this.#witness.sampledAt(node);
    if (at === null) return;
    this.#flow.sample(packetCount, at);
    if (packetCount > 0) this.started(node, this.#flow.sampledAt);
  }

  resumed(): void {
    const now = this.#witness.clock.monotonic();
    this.#flow.excuse(now);
    if (this.#layerlessSince !== null) this.#layerlessSince = now;
  }

  layersChanged(node: ConsumerNode): void {
    if (node.currentLayers !== null) this.#layerlessSince = null;
    else this.#layerlessSince ??= this.#witness.clock.monotonic();
  }

  /** The first packet was forwarded at that monotonic time, or the first layer chosen, which happens with the first key frame. */
  started(node: ConsumerNode, at: number): void {
    if (node.firstMediaMs !== null || node.foundLate) return;
    const firstMediaMs = Math.max(0, Math.round(at - this.#openedAt));
    const event = { type: 'consumer.mediaStarted', data: { firstMediaMs } } as const;
    this.#witness.graph.change('consumer', node.key, { firstMediaMs }, event);
  }

  judge(node: ConsumerNode, upstream: Upstream | null): void {
    if (this.#witness.hangs(node)) return;
    const connectedAt = upstream?.transport.connectedAt ?? null;
    if (upstream === null || connectedAt === null || !isExpectedToFlow(node, upstream.node)) {
      this.#recover(node);
      return;
    }
    if (node.starvedSince !== null) {
      if (this.#flow.moving || (this.#cause === 'noLayers' && node.currentLayers !== null)) this.#recover(node);
      return;
    }
    const starvation = this.#starvation(node, upstream, Math.max(connectedAt, this.#witness.excusedUntil(node)));
    if (starvation === null) return;
    this.#cause = starvation.cause;
    this.#starvedAt = this.#witness.clock.monotonic() - starvation.silentMs;
    const starvedSince = this.#witness.ago(starvation.silentMs);
    const event = { type: 'consumer.starved', data: starvation } as const;
    this.#witness.graph.change('consumer', node.key, { starvedSince }, event);
  }

  #starvation(node: ConsumerNode, { watch }: Upstream, excusedUntil: number): Starvation | null {
    const threshold = this.#options.starvedAfterMs[node.mediaKind];
    const now = this.#witness.clock.monotonic();
    if (this.#layerlessSince !== null) {
      const since = Math.max(this.#layerlessSince, excusedUntil);
      if (now - since > threshold && watch.flow.flowedWithin(since, now)) {
        return { cause: 'noLayers', silentMs: now - since };
      }
    }
    if (!this.#flow.flat) return null;
    const since = Math.max(this.#flow.silentSince, excusedUntil);
    const until = this.#flow.sampledAt;
    if (until - since <= threshold || !watch.flow.flowedWithin(since, until)) return null;
    return { cause: 'noPackets', silentMs: until - since };
  }

  #recover(node: ConsumerNode): void {
    if (node.starvedSince === null) return;
    this.#cause = null;
    const starvedMs = Math.round(this.#witness.clock.monotonic() - this.#starvedAt);
    const event = { type: 'consumer.recovered', data: { starvedMs } } as const;
    this.#witness.graph.change('consumer', node.key, { starvedSince: null }, event);
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
