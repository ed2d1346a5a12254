import type { ConsumerNode, GraphSnapshot, ProducerNode, RoomEntry, StatsReader } from '../../core/index.js';
import { meanOf } from '../known.js';
import { isConnected } from './connected.js';
import { lossOf } from './numbers.js';
import { THRESHOLDS } from './thresholds.js';

export type RoomVerdict = 'good' | 'fair' | 'bad' | 'idle' | 'unknown';

export interface RoomQuality {
  readonly verdict: RoomVerdict;
  readonly reasons: readonly string[];
  readonly participants: number;
  /** Peers that have at least one unpaused producer. */
  readonly publishers: number;
  readonly producers: number;
  readonly consumers: number;
  readonly stalledProducers: number;
  readonly starvedConsumers: number;
  readonly unconnectedTransports: number;
  readonly worstScore: number | null;
  readonly meanScore: number | null;
  /** Number of media by score: index 0 to 10. */
  readonly scoreCounts: readonly number[];
  readonly worstLoss: number | null;
  readonly meanLoss: number | null;
}

/**
 * How well a room does, from the media that are meant to flow: paused ones do not count. Pipes and the copies behind
 * them do not count either, or a room that spreads over workers would count its media twice.
 */
export function roomQuality(snapshot: GraphSnapshot, stats: StatsReader, room: RoomEntry): RoomQuality {
  const tally = new Tally(stats);
  const publishers = new Set<string>();
  for (const key of room.entities) {
    const node = snapshot.get(key);
    if (node?.kind === 'producer') {
      if (node.pipeOrigin !== null) continue;
      tally.producer(node);
      if (!node.paused && node.peer !== null) publishers.add(node.peer);
    } else if (node?.kind === 'consumer') {
      if (node.type !== 'pipe') tally.consumer(node);
    } else if (node?.kind === 'transport' && !isConnected(node)) {
      tally.unconnected++;
      if (node.neverConnectedSince !== null) tally.neverConnected++;
    }
  }
  return {
    ...tally.judge(),
    participants: room.peers.length,
    publishers: publishers.size,
  };
}

class Tally {
  readonly #stats: StatsReader;
  readonly #scores: number[] = [];
  readonly #losses: number[] = [];
  readonly #counts = new Array<number>(11).fill(0);
  #producers = 0;
  #consumers = 0;
  #flowing = 0;
  #stalled = 0;
  #starved = 0;
  unconnected = 0;
  neverConnected = 0;

  constructor(stats: StatsReader) {
    this.#stats = stats;
  }

  producer(node: ProducerNode): void {
    this.#producers++;
    if (node.stalledSince !== null) this.#stalled++;
    if (!node.paused) this.#media(node);
  }

  consumer(node: ConsumerNode): void {
    this.#consumers++;
    if (node.starvedSince !== null) this.#starved++;
    if (!node.paused && !node.producerPaused) this.#media(node);
  }

  #media(node: ProducerNode | ConsumerNode): void {
    this.#flowing++;
    if (node.score !== null) {
      this.#scores.push(node.score);
      const bin = Math.min(10, Math.max(0, Math.round(node.score)));
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
    const loss = lossOf(this.#stats, node);
    if (loss !== null) this.#losses.push(loss);
  }

  judge(): Omit<RoomQuality, 'participants' | 'publishers'> {
    const worstScore = this.#scores.length === 0 ? null : this.#scores.reduce((a, b) => Math.min(a, b));
    const worstLoss = this.#losses.length === 0 ? null : this.#losses.reduce((a, b) => Math.max(a, b));
    const bad = this.#bad(worstLoss);
    const fair = fairReasons(worstScore, worstLoss);
    return {
      verdict: this.#verdict(bad, fair),
      reasons: [...bad, ...fair],
      producers: this.#producers,
      consumers: this.#consumers,
      stalledProducers: this.#stalled,
      starvedConsumers: this.#starved,
      unconnectedTransports: this.unconnected,
      worstScore,
      meanScore: meanOf(this.#scores),
      scoreCounts: this.#counts,
      worstLoss,
      meanLoss: meanOf(this.#losses),
    };
  }

  #bad(worstLoss: number | null): string[] {
    const reasons: string[] = [];
    if (this.#stalled > 0) reasons.push(`${count(this.#stalled, 'producer sends', 'producers send')} nothing.`);
    if (this.#starved > 0) reasons.push(`${count(this.#starved, 'consumer gets', 'consumers get')} nothing.`);
    if (this.neverConnected > 0) {
      reasons.push(`${count(this.neverConnected, 'transport', 'transports')} never connected.`);
    }
    const silent = this.#scores.filter((score) => score === 0).length - this.#stalled;
    if (silent > 0) reasons.push(`${count(silent, 'medium has', 'media have')} a score of 0.`);
    const low = this.#scores.filter((score) => score < THRESHOLDS.badScore).length;
    if (low > 0 && low * 4 >= this.#scores.length) {
      reasons.push(`${low} of ${this.#scores.length} scores are below ${THRESHOLDS.badScore}.`);
    }
    if (worstLoss !== null && worstLoss >= THRESHOLDS.badLoss) {
      reasons.push(`Somebody loses ${percent(worstLoss)} of the packets.`);
    }
    return reasons;
  }

  #verdict(bad: readonly string[], fair: readonly string[]): RoomVerdict {
    if (bad.length > 0) return 'bad';
    if (fair.length > 0) return 'fair';
    if (this.#flowing === 0) return 'idle';
    return this.#scores.length === 0 && this.#losses.length === 0 ? 'unknown' : 'good';
  }
}

function fairReasons(worstScore: number | null, worstLoss: number | null): string[] {
  const reasons: string[] = [];
  if (worstScore !== null && worstScore < THRESHOLDS.poorScore) reasons.push(`The lowest score is ${worstScore}.`);
  if (worstLoss !== null && worstLoss >= THRESHOLDS.poorLoss && worstLoss < THRESHOLDS.badLoss) {
    reasons.push(`Somebody loses ${percent(worstLoss)} of the packets.`);
  }
  return reasons;
}

export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio < 0.1 ? 1 : 0)} %`;
}
