import type { ConsumerNode, EntityKey, GraphSnapshot, ProducerNode, StatsReader } from '../../core/index.js';
import { known } from '../known.js';
import { lossOf, mediaValue } from './numbers.js';
import { count, percent } from './room-quality.js';
import { THRESHOLDS } from './thresholds.js';
import { viewersOf } from './viewers.js';

/** Where the trouble of a producer's media lies. */
export type Blame = 'publisher' | 'sfu' | 'subscriber' | 'healthy' | 'unknown';

export interface ProducerVerdict {
  readonly verdict: Blame;
  readonly reasons: readonly string[];
  /** Numbers of the way from the publisher to the SFU. */
  readonly uplink: {
    readonly score: number | null;
    readonly loss: number | null;
    readonly jitter: number | null;
    readonly roundTripTime: number | null;
  };
  /** Consumers that are not paused. */
  readonly viewers: number;
  /** Those of them that do badly. */
  readonly suffering: readonly ConsumerNode[];
  readonly workerCpuRatio: number | null;
}

/**
 * Whether what viewers see of a producer suffers on its way in, in the SFU, or on the way to some viewers. The uplink
 * is judged first, as everything after it can only be as good; then the worker; then each viewer.
 */
export function producerVerdict(snapshot: GraphSnapshot, stats: StatsReader, producer: ProducerNode): ProducerVerdict {
  const worker = snapshot.find('worker', producer.worker);
  const cpu = worker === undefined ? null : known(stats.value<'worker'>(worker, 'cpuRatio'));
  const viewers = viewersOf(snapshot, producer).filter((consumer) => !consumer.paused);
  const suffering = producer.paused ? [] : viewers.filter((viewer) => suffers(stats, viewer));
  const uplink = {
    score: producer.score,
    loss: lossOf(stats, producer),
    jitter: mediaValue(stats, producer, 'jitter'),
    roundTripTime: mediaValue(stats, producer, 'roundTripTime'),
  };
  const facts = { uplink, viewers: viewers.length, suffering, workerCpuRatio: cpu };
  const say = (verdict: Blame, reasons: readonly string[]): ProducerVerdict => ({ ...facts, verdict, reasons });

  if (worker !== undefined && worker.hungSince !== null) return say('sfu', ['Its worker has stopped answering.']);
  if (producer.paused) return say('unknown', ['The producer is paused, so nothing flows that could be judged.']);
  const inbound = uplinkTrouble(producer, uplink);
  if (inbound.length > 0) return say('publisher', inbound);
  const overload = overloadReasons(snapshot, stats, new Set([producer, ...suffering].map((node) => node.worker)));
  if (suffering.length > 0) {
    const share = `${suffering.length} of ${count(viewers.length, 'viewer does', 'viewers do')} badly`;
    if (overload.length > 0) return say('sfu', [...overload, `${share}, while what comes in is good.`]);
    if (viewers.length > 2 && suffering.length > viewers.length * THRESHOLDS.manyViewers) {
      return say('sfu', [`${share} at once, while what comes in is good: look at the way out of this host.`]);
    }
    return say('subscriber', [`${share}, while what comes in is good: look at their networks.`]);
  }
  if (overload.length > 0) return say('sfu', overload);
  if (uplink.score === null && uplink.loss === null)
    return say('unknown', ['No score and no statistics have come yet.']);
  return say('healthy', []);
}

function uplinkTrouble(producer: ProducerNode, uplink: ProducerVerdict['uplink']): string[] {
  const reasons: string[] = [];
  if (producer.stalledSince !== null) reasons.push('It is not paused, yet nothing comes from the publisher.');
  if (uplink.score !== null && uplink.score < THRESHOLDS.poorScore) {
    reasons.push(`The score of what comes in is ${uplink.score} of 10.`);
  }
  if (uplink.loss !== null && uplink.loss >= THRESHOLDS.poorLoss) {
    reasons.push(`The publisher's network loses ${percent(uplink.loss)} of the packets.`);
  }
  return reasons;
}

/** Workers on the way that are too busy to forward in time. */
function overloadReasons(snapshot: GraphSnapshot, stats: StatsReader, workers: Iterable<EntityKey>): string[] {
  const reasons: string[] = [];
  for (const key of workers) {
    const worker = snapshot.find('worker', key);
    if (worker === undefined) continue;
    const cpu = known(stats.value<'worker'>(worker, 'cpuRatio'));
    const probeMs = known(stats.value<'worker'>(worker, 'probeMs'));
    if (cpu !== null && cpu >= THRESHOLDS.busyCpu) reasons.push(`Worker ${key} uses ${percent(cpu)} of its core.`);
    if (probeMs !== null && probeMs >= THRESHOLDS.slowProbeMs) {
      reasons.push(`Worker ${key} took ${Math.round(probeMs)} ms to answer the last probe.`);
    }
  }
  return reasons;
}

/** Forwards nothing, or forwards badly. */
function suffers(stats: StatsReader, viewer: ConsumerNode): boolean {
  if (viewer.starvedSince !== null) return true;
  if (viewer.score !== null && viewer.score < THRESHOLDS.poorScore) return true;
  const loss = lossOf(stats, viewer);
  return loss !== null && loss >= THRESHOLDS.poorLoss;
}
