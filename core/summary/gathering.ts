import type { EntityRef } from '../model/entity.js';
import type { TrafficTotals } from '../model/samples.js';
import type { RoomSummary } from '../model/summaries.js';
import type { SummarizedKind } from './gauges.js';
import { lossRatioOf } from './loss-ratio.js';
import { type Closed, medianScore } from './build.js';

/** Loss among fewer packets is chance. */
const LEAST_PACKETS = 100;

/** What one closed entity adds to its peer and its room. */
export interface Share {
  readonly kind: SummarizedKind;
  readonly stream: EntityRef;
  /** Time without a pause. */
  readonly mediaMs: number;
  readonly troubles: number;
  /** `NaN` when unknown. */
  readonly medianScore: number;
  readonly lossRatio: number;
}

export function shareOf(kind: SummarizedKind, stream: EntityRef, closed: Closed): Share {
  const { page, row, durationMs, last } = closed;
  const isStream = kind === 'producer' || kind === 'consumer';
  const packets = last?.value('packetCount') ?? Number.NaN;
  const compared = isStream && packets >= LEAST_PACKETS;
  return {
    kind,
    stream,
    mediaMs: Math.max(0, Math.round(durationMs) - page.pausedMs.at(row)),
    troubles: page.troubles.at(row),
    medianScore: isStream ? medianScore(closed) : Number.NaN,
    lossRatio: compared ? lossRatioOf(kind, packets, last!.value('packetsLost')) : Number.NaN,
  };
}

/** Adds up what the streams of one peer, or of one room, came to. */
export class Gathering {
  #transports = 0;
  #producers = 0;
  #consumers = 0;
  #producedMs = 0;
  #consumedMs = 0;
  #stalls = 0;
  #starvations = 0;
  #worstScore: RoomSummary['worstScore'] = null;
  #worstLoss: RoomSummary['worstLoss'] = null;

  add({ kind, stream, mediaMs, troubles, medianScore, lossRatio }: Share): void {
    if (kind === 'transport') this.#transports++;
    else if (kind === 'producer') {
      this.#producers++;
      this.#producedMs += mediaMs;
      this.#stalls += troubles;
    } else if (kind === 'consumer') {
      this.#consumers++;
      this.#consumedMs += mediaMs;
      this.#starvations += troubles;
    }
    // Nothing is below or above NaN.
    if (medianScore < (this.#worstScore?.p50 ?? Number.POSITIVE_INFINITY)) {
      this.#worstScore = { stream, p50: medianScore };
    }
    if (lossRatio > (this.#worstLoss?.lossRatio ?? Number.NEGATIVE_INFINITY)) this.#worstLoss = { stream, lossRatio };
  }

  /** All of it, with the totals that the sampler has counted for the same peer or room. */
  summary(totals: TrafficTotals) {
    return {
      transports: this.#transports,
      producers: this.#producers,
      consumers: this.#consumers,
      producedMs: this.#producedMs,
      consumedMs: this.#consumedMs,
      stalls: this.#stalls,
      starvations: this.#starvations,
      worstScore: this.#worstScore,
      worstLoss: this.#worstLoss,
      bytesReceived: known(totals.bytesReceived),
      bytesSent: known(totals.bytesSent),
      packetsReceived: known(totals.packetsReceived),
      packetsSent: known(totals.packetsSent),
      packetsLostReceived: known(totals.packetsLostReceived),
      packetsLostSent: known(totals.packetsLostSent),
    };
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
