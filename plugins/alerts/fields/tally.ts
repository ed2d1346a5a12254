import type { ConsumerNode, ProducerNode, TransportNode } from '../../../core/index.js';

const LOSS_STEPS = 200;

/** Counts media and transports of one scope: the SFU, a worker, a router, a room, a peer. Pipes and their copies do not count. */
export class Tally {
  producers = 0;
  activeProducers = 0;
  stalledProducers = 0;
  consumers = 0;
  activeConsumers = 0;
  starvedConsumers = 0;
  transports = 0;
  unconnectedTransports = 0;
  readonly #producerScores = new Bins(11);
  readonly #consumerScores = new Bins(11);
  readonly #producerLoss = new Bins(LOSS_STEPS + 1);
  readonly #consumerLoss = new Bins(LOSS_STEPS + 1);

  producer(node: ProducerNode, loss: number): void {
    this.producers++;
    if (node.stalledSince !== null) this.stalledProducers++;
    if (node.paused) return;
    this.activeProducers++;
    if (node.score !== null) this.#producerScores.add(node.score);
    this.#producerLoss.add(loss * LOSS_STEPS);
  }

  consumer(node: ConsumerNode, loss: number): void {
    this.consumers++;
    if (node.starvedSince !== null) this.starvedConsumers++;
    if (node.paused || node.producerPaused) return;
    this.activeConsumers++;
    if (node.score !== null) this.#consumerScores.add(node.score);
    this.#consumerLoss.add(loss * LOSS_STEPS);
  }

  transport({ type, dtlsState, iceState, tuple }: TransportNode): void {
    this.transports++;
    const isConnected =
      type === 'webrtc' ? dtlsState === 'connected' && iceState !== 'disconnected' : tuple?.remoteAddress !== null;
    if (!isConnected) this.unconnectedTransports++;
  }

  /** `NaN` without any that is active. */
  get stalledRatio(): number {
    return this.stalledProducers / this.activeProducers;
  }

  get starvedRatio(): number {
    return this.starvedConsumers / this.activeConsumers;
  }

  get producerScoreP10(): number {
    return this.#producerScores.quantile(0.1);
  }

  get consumerScoreP10(): number {
    return this.#consumerScores.quantile(0.1);
  }

  get producerLossP95(): number {
    return this.#producerLoss.quantile(0.95) / LOSS_STEPS;
  }

  get consumerLossP95(): number {
    return this.#consumerLoss.quantile(0.95) / LOSS_STEPS;
  }
}

/** How many values round to each whole number from 0. */
class Bins {
  readonly #counts: Uint32Array;
  #total = 0;

  constructor(size: number) {
    this.#counts = new Uint32Array(size);
  }

  /** What is unknown is not counted. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    const bin = Math.min(this.#counts.length - 1, Math.max(0, Math.round(value)));
    this.#counts[bin]!++;
    this.#total++;
  }

  /** The nearest-rank quantile; `NaN` when nothing was counted. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#total));
    let seen = 0;
    for (const [bin, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= rank) return bin;
    }
    return Number.NaN;
  }
}
