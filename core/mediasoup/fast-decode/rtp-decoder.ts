import type { Reading, StreamReading } from '../../source.js';
import { jitterMs, monotonicNow, retransmissionsDiscarded, roundTripMs } from '../normalize.js';
import { NO_LAYERS, ReadingSpace, type Writable } from '../reading-space.js';
import type { FlatTable } from './flat-table.js';
import { KnownTexts } from './known-texts.js';

/** Number of the only field of both tables `GetStatsResponse`, a list of `Stats`. */
const STATS = 4;
/** Fields of the table `Stats`, and the numbers of the types of its data. */
const STAT = { dataType: 4, data: 6 } as const;
const DATA_TYPE = { producer: 2, consumer: 3 } as const;
/** Fields of the tables `RecvStats` and `SendStats`; the last is of the first alone. */
const SIDE = { base: 4, packetCount: 6, byteCount: 8, bitrate: 10, bitrateByLayer: 12 } as const;
const LAYER = { layer: 4, bitrate: 6 } as const;
const BASE = {
  timestamp: 4,
  ssrc: 6,
  mimeType: 10,
  packetsLost: 12,
  fractionLost: 14,
  jitter: 16,
  packetsDiscarded: 18,
  packetsRetransmitted: 20,
  packetsRepaired: 22,
  nackCount: 24,
  nackPacketCount: 26,
  pliCount: 28,
  firCount: 30,
  rid: 32,
  rtxSsrc: 34,
  rtxPacketsDiscarded: 36,
  roundTripTime: 38,
  score: 40,
} as const;

/** Decodes the answers of producers and consumers, always into the same reading. */
export class RtpDecoder {
  readonly #table: FlatTable;
  readonly #texts = new KnownTexts();
  readonly #space = new ReadingSpace();

  constructor(table: FlatTable) {
    this.#table = table;
  }

  /** `table` stands at the body of the answer. Valid until the next call. Throws `RangeError` for what is no such answer. */
  read(kind: 'producer' | 'consumer', { clockRate, scored }: { clockRate: number | null; scored: boolean }): Reading {
    const table = this.#table;
    const reading = this.#space.begin();
    const { streams } = reading;
    const stats = table.list(STATS);
    for (let i = 0; i < stats.length; i++) {
      table.enter(table.item(stats, i));
      // A consumer's answer holds its producer's stream too.
      if (table.uint8(STAT.dataType) !== DATA_TYPE[kind]) continue;
      const timestamp = this.#readStream(this.#space.addStream(), kind, clockRate, scored);
      if (streams.length === 1) reading.timestamp = timestamp;
    }
    if (streams.length === 0) reading.timestamp = monotonicNow();
    return reading;
  }

  #readStream(
    stream: Writable<StreamReading>,
    kind: 'producer' | 'consumer',
    clockRate: number | null,
    scored: boolean,
  ): number {
    const table = this.#table;
    table.enter(needed(table.child(STAT.data)));
    stream.packetCount = table.uint64(SIDE.packetCount);
    stream.byteCount = table.uint64(SIDE.byteCount);
    stream.bitrate = table.uint64(SIDE.bitrate);
    const side = needed(table.child(SIDE.base));
    stream.bitrateByLayer = kind === 'producer' ? this.#readLayers() : NO_LAYERS;
    table.enter(side);
    table.enter(needed(table.child(STAT.data)));
    stream.ssrc = table.uint32(BASE.ssrc);
    stream.rtxSsrc = table.has(BASE.rtxSsrc) ? table.uint32(BASE.rtxSsrc) : null;
    stream.rid = table.has(BASE.rid) ? this.#texts.read(table, BASE.rid) || null : null;
    stream.mimeType = needed(this.#texts.read(table, BASE.mimeType));
    stream.packetsLost = table.int32(BASE.packetsLost);
    stream.packetsDiscarded = table.uint64(BASE.packetsDiscarded);
    stream.packetsRetransmitted = table.uint64(BASE.packetsRetransmitted);
    stream.packetsRepaired = table.uint64(BASE.packetsRepaired);
    stream.rtxPacketsDiscarded = retransmissionsDiscarded(
      table.uint64(BASE.rtxPacketsDiscarded) || undefined,
      stream.rtxSsrc,
    );
    stream.nackCount = table.uint64(BASE.nackCount);
    stream.nackPacketCount = table.uint64(BASE.nackPacketCount);
    stream.pliCount = table.uint64(BASE.pliCount);
    stream.firCount = table.uint64(BASE.firCount);
    stream.fractionLost = table.uint8(BASE.fractionLost) / 256;
    stream.jitter = jitterMs(table.uint32(BASE.jitter), clockRate);
    stream.roundTripTime = roundTripMs(table.float32(BASE.roundTripTime));
    stream.score = scored ? table.uint8(BASE.score) : Number.NaN;
    return table.uint64(BASE.timestamp);
  }

  /** Made anew, because it is kept. */
  #readLayers(): StreamReading['bitrateByLayer'] {
    const table = this.#table;
    const layers = table.list(SIDE.bitrateByLayer);
    if (layers.length === 0) return NO_LAYERS;
    const bitrates: Record<string, number> = {};
    for (let i = 0; i < layers.length; i++) {
      table.enter(table.item(layers, i));
      bitrates[needed(this.#texts.read(table, LAYER.layer))] = table.uint64(LAYER.bitrate);
    }
    return bitrates;
  }
}

/** Throws for what mediasoup's schema requires and the answer has not. */
function needed<T extends string | number>(found: T | null): T {
  if (found === null || found === 0) throw new RangeError('an answer without a field it must have');
  return found;
}
