import type { CloseReason } from '../model/entity.js';
import type {
  ConsumerSummary,
  DataConsumerSummary,
  DataProducerSummary,
  LayerShares,
  ProducerSummary,
  ScorePercentiles,
  TransportSummary,
} from '../model/summaries.js';
import type { LastSample } from '../sampling/last-sample.js';
import { lossRatioOf } from './loss-ratio.js';
import { LAYERS, LAYER_TIMES } from './page.js';
import type { Row } from './rows.js';
import { SCORES } from './score-times.js';

// In what follows spreads stand last: an object that begins with one costs ten times the time.

/** What is known of an entity that has closed. */
export interface Closed extends Row {
  readonly reason: CloseReason;
  readonly durationMs: number;
  readonly everConnected: boolean;
  /** Monotonic ms. */
  readonly at: number;
  readonly last: LastSample | null;
}

export function producerSummary(closed: Closed): ProducerSummary {
  const { page, row } = closed;
  return { stalls: page.troubles.at(row), stalledMs: page.troubledMs.at(row), ...streamSummary(closed, 'producer') };
}

export function consumerSummary(closed: Closed): ConsumerSummary {
  const { page, row } = closed;
  return {
    starvations: page.troubles.at(row),
    starvedMs: page.troubledMs.at(row),
    layers: layerShares(closed),
    ...streamSummary(closed, 'consumer'),
  };
}

export function transportSummary(closed: Closed): TransportSummary {
  const { page, row, last, everConnected } = closed;
  const [recvBitrate, sendBitrate, availableOutgoingBitrate, lossReceived, lossSent] = page.sketches;
  return {
    everConnected,
    iceConnectMs: known(page.firstMs[row]),
    dtlsConnectMs: known(page.secondMs?.[row]),
    idles: page.troubles.at(row),
    idleMs: page.troubledMs.at(row),
    bytesReceived: known(last?.value('bytesReceived')),
    bytesSent: known(last?.value('bytesSent')),
    rtpBytesReceived: known(last?.value('rtpBytesReceived')),
    rtpBytesSent: known(last?.value('rtpBytesSent')),
    rtxBytesReceived: known(last?.value('rtxBytesReceived')),
    rtxBytesSent: known(last?.value('rtxBytesSent')),
    recvBitrate: recvBitrate!.percentiles(row),
    sendBitrate: sendBitrate!.percentiles(row),
    availableOutgoingBitrate: availableOutgoingBitrate!.percentiles(row),
    rtpPacketLossReceived: lossReceived!.percentiles(row),
    rtpPacketLossSent: lossSent!.percentiles(row),
    ...ended(closed),
  };
}

export function dataProducerSummary(closed: Closed): DataProducerSummary {
  const { page, row, last } = closed;
  return {
    pausedMs: page.pausedMs.at(row),
    bytes: known(last?.value('bytesReceived')),
    messages: known(last?.value('messagesReceived')),
    ...ended(closed),
  };
}

export function dataConsumerSummary(closed: Closed): DataConsumerSummary {
  const { page, row, last } = closed;
  return {
    pausedMs: page.pausedMs.at(row),
    bytes: known(last?.value('bytesSent')),
    messages: known(last?.value('messagesSent')),
    bufferFills: page.troubles.at(row),
    ...ended(closed),
  };
}

/** By time; `NaN` when there never was a score. */
export function medianScore(row: Row): number {
  const knownMs = scoredMs(row);
  return knownMs === 0 ? Number.NaN : scoreAt(row, 0.5 * knownMs);
}

/** By time; `null` when there never was a score. */
function scorePercentiles(row: Row): ScorePercentiles | null {
  const knownMs = scoredMs(row);
  if (knownMs === 0) return null;
  const at = (share: number): number => scoreAt(row, share * knownMs);
  return { p5: at(0.05), p50: at(0.5), p95: at(0.95), knownMs };
}

/** Time with a score in ms. */
function scoredMs({ page, row }: Row): number {
  const { scores } = page;
  if (scores === null) return 0;
  let knownMs = 0;
  for (let score = 0; score < SCORES; score++) knownMs += scores.at(row, score);
  return knownMs;
}

/** The score up to which `ms` were spent, counted from the lowest. */
function scoreAt({ page, row }: Row, ms: number): number {
  const { scores } = page;
  let left = ms;
  let score = 0;
  while (scores !== null && score < SCORES - 1 && left > scores.at(row, score)) left -= scores.at(row, score++);
  return score;
}

function streamSummary(closed: Closed, kind: 'producer' | 'consumer') {
  const { page, row, last } = closed;
  const [roundTripTime, jitter, bitrate, fractionLost] = page.sketches;
  const packets = last?.value('packetCount') ?? Number.NaN;
  const lost = last?.value('packetsLost') ?? Number.NaN;
  return {
    mediaKind: page.mediaKind(row),
    mimeType: page.mimeType(row),
    firstMediaMs: known(page.firstMs[row]),
    pausedMs: page.pausedMs.at(row),
    bytes: known(last?.value('byteCount')),
    packets: known(packets),
    packetsLost: known(lost),
    lossRatio: known(lossRatioOf(kind, packets, lost)),
    packetsRetransmitted: known(last?.value('packetsRetransmitted')),
    nackCount: known(last?.value('nackCount')),
    keyFrameRequests: last === null ? null : known(last.value('pliCount') + last.value('firCount')),
    score: scorePercentiles(closed),
    roundTripTime: roundTripTime!.percentiles(row),
    jitter: jitter!.percentiles(row),
    bitrate: bitrate!.percentiles(row),
    fractionLost: fractionLost!.percentiles(row),
    ...ended(closed),
  };
}

function ended({ page, row, reason, durationMs, at, last }: Closed) {
  const unsampledMs = last === null ? null : Math.max(0, Math.round(at - last.at));
  return { reason, durationMs, samples: page.samples[row]!, unsampledMs };
}

function layerShares({ page, row }: Row): LayerShares | null {
  if (!page.isLayered(row)) return null;
  const from = row * LAYER_TIMES;
  const none = page.layerMs[from]!;
  let whole = none;
  for (let layer = 1; layer <= LAYERS; layer++) whole += page.layerMs[from + layer]!;
  if (whole === 0) return null;
  return {
    none: shareOf(none, whole),
    spatial: sharesOf(page.layerMs, from + 1, whole),
    temporal: sharesOf(page.layerMs, from + 1 + LAYERS, whole),
    switches: page.switches.at(row),
  };
}

/** Up to the highest layer that was ever there. */
function sharesOf(times: Uint32Array, from: number, whole: number): number[] {
  let layers = LAYERS;
  while (layers > 0 && times[from + layers - 1] === 0) layers--;
  const shares: number[] = [];
  for (let layer = 0; layer < layers; layer++) shares.push(shareOf(times[from + layer]!, whole));
  return shares;
}

function shareOf(ms: number, whole: number): number {
  return Math.round((ms / whole) * 10_000) / 10_000;
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
