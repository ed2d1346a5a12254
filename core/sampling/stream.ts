import type { StreamSample } from '../model/samples.js';
import type { StreamReading } from '../source.js';

/** Counters that every RTP stream has, in the order of the growths made of them. */
export const STREAM_COUNTERS = [
  'packetCount',
  'byteCount',
  'packetsLost',
  'packetsDiscarded',
  'packetsRetransmitted',
  'packetsRepaired',
  'rtxPacketsDiscarded',
  'nackCount',
  'nackPacketCount',
  'pliCount',
  'firCount',
] as const satisfies readonly (keyof StreamReading)[];

/**
 * What is remembered of one stream. The newest reading is written over the last one and not kept: kept readings would outlive
 * the young generation by a tick each, and be work for the full collector.
 */
export class Stream {
  readonly ssrc: number;
  /** Whether the newest reading had it. */
  present = true;
  /** Highest loss counted: the reported number falls when late packets turn up, and rises again to where it was. */
  peakLost = 0;
  // `NaN` first, so that the engine keeps a place for a double in each field and writes it in place.
  packetCount = Number.NaN;
  byteCount = Number.NaN;
  packetsLost = Number.NaN;
  packetsDiscarded = Number.NaN;
  packetsRetransmitted = Number.NaN;
  packetsRepaired = Number.NaN;
  rtxPacketsDiscarded = Number.NaN;
  nackCount = Number.NaN;
  nackPacketCount = Number.NaN;
  pliCount = Number.NaN;
  firCount = Number.NaN;
  bitrate = Number.NaN;
  fractionLost = Number.NaN;
  jitter = Number.NaN;
  roundTripTime = Number.NaN;
  score = Number.NaN;
  #rtxSsrc: number | null = null;
  #rid: string | null = null;
  #mimeType = '';
  #bitrateByLayer: StreamSample['bitrateByLayer'] = {};

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  update(reading: StreamReading): void {
    this.packetCount = reading.packetCount;
    this.byteCount = reading.byteCount;
    this.packetsLost = reading.packetsLost;
    this.packetsDiscarded = reading.packetsDiscarded;
    this.packetsRetransmitted = reading.packetsRetransmitted;
    this.packetsRepaired = reading.packetsRepaired;
    this.rtxPacketsDiscarded = reading.rtxPacketsDiscarded;
    this.nackCount = reading.nackCount;
    this.nackPacketCount = reading.nackPacketCount;
    this.pliCount = reading.pliCount;
    this.firCount = reading.firCount;
    this.bitrate = reading.bitrate;
    this.fractionLost = reading.fractionLost;
    this.jitter = reading.jitter;
    this.roundTripTime = reading.roundTripTime;
    this.score = reading.score;
    this.#rtxSsrc = reading.rtxSsrc;
    this.#rid = reading.rid;
    this.#mimeType = reading.mimeType;
    this.#bitrateByLayer = reading.bitrateByLayer;
  }

  /** A copy for a reader. */
  sample(): StreamSample {
    return {
      ssrc: this.ssrc,
      rtxSsrc: this.#rtxSsrc,
      rid: this.#rid,
      mimeType: this.#mimeType,
      packetCount: this.packetCount,
      byteCount: this.byteCount,
      packetsLost: this.packetsLost,
      bitrate: this.bitrate,
      fractionLost: this.fractionLost,
      jitter: this.jitter,
      roundTripTime: this.roundTripTime,
      score: this.score,
      bitrateByLayer: this.#bitrateByLayer,
    };
  }
}
