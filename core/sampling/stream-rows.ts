import type { StreamSample } from '../model/samples.js';
import type { StreamReading } from '../source.js';
import { NumberRows } from './number-rows.js';
import { roomFor } from './room-for.js';

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

const GAUGES = [
  'bitrate',
  'fractionLost',
  'jitter',
  'roundTripTime',
  'score',
] as const satisfies readonly (keyof StreamReading)[];

/** Places in a row: the counters first. */
const AFTER_COUNTERS = STREAM_COUNTERS.length;
const AFTER_GAUGES = AFTER_COUNTERS + GAUGES.length;
const PEAK_LOST = AFTER_GAUGES;
const SSRC = AFTER_GAUGES + 1;
const RTX_SSRC = AFTER_GAUGES + 2;
const STRIDE = AFTER_GAUGES + 3;

const PLACES: Readonly<Record<string, number>> = Object.fromEntries(
  [...STREAM_COUNTERS, ...GAUGES].map((name, place) => [name, place]),
);

const NO_LAYERS: StreamSample['bitrateByLayer'] = {};

/** No row. */
export const NONE = -1;

/**
 * What is remembered of the streams of all entities of one kind, a row for each: the newest reading is written over the last
 * one. Objects would need 16 bytes more for every number, and kept readings would be work for the full collector. Rows are
 * chained, so that an entity needs no list of its own.
 */
export class StreamRows {
  readonly #numbers = new NumberRows(STRIDE);
  #next = new Int32Array(0);
  #present = new Uint8Array(0);
  readonly #mimeTypes: string[] = [];
  /** Of the few rows that have one. */
  readonly #rids = new Map<number, string>();
  /** Of the few rows that have any. */
  readonly #layers = new Map<number, StreamSample['bitrateByLayer']>();
  /** Rows in use or in the chain of free ones. */
  #used = 0;
  #free = NONE;

  /** Rows there is memory for. */
  get capacity(): number {
    return this.#next.length;
  }

  /** A row for a stream of which nothing is known yet, at the end of its chain. */
  take(ssrc: number): number {
    let row = this.#free;
    if (row === NONE) row = this.#add();
    else this.#free = this.#next[row]!;
    this.#next[row] = NONE;
    this.#numbers.reserve(row);
    this.#numbers.forget(row);
    const numbers = this.#numbers.page(row);
    const from = this.#numbers.offset(row);
    numbers[from + SSRC] = ssrc;
    numbers[from + PEAK_LOST] = 0;
    return row;
  }

  free(row: number): void {
    this.#rids.delete(row);
    this.#layers.delete(row);
    this.#next[row] = this.#free;
    this.#free = row;
  }

  /** The row after this one in its chain. */
  next(row: number): number {
    return this.#next[row]!;
  }

  chain(row: number, next: number): void {
    this.#next[row] = next;
  }

  ssrc(row: number): number {
    return this.#number(row, SSRC);
  }

  /** Whether the newest reading had it. */
  isPresent(row: number): boolean {
    return this.#present[row] === 1;
  }

  absent(row: number): void {
    this.#present[row] = 0;
  }

  /** One of `STREAM_COUNTERS`, as told last. */
  counter(row: number, counter: number): number {
    return this.#number(row, counter);
  }

  /** All of `STREAM_COUNTERS`, as told last. */
  copyCounters(row: number, into: Float64Array): void {
    const numbers = this.#numbers.page(row);
    const from = this.#numbers.offset(row);
    for (let i = 0; i < AFTER_COUNTERS; i++) into[i] = numbers[from + i]!;
  }

  /** Highest loss counted: the reported number falls when late packets turn up, and rises again to where it was. */
  peakLost(row: number): number {
    return this.#number(row, PEAK_LOST);
  }

  setPeakLost(row: number, lost: number): void {
    this.#numbers.page(row)[this.#numbers.offset(row) + PEAK_LOST] = lost;
  }

  update(row: number, reading: StreamReading): void {
    const numbers = this.#numbers.page(row);
    const from = this.#numbers.offset(row);
    // One by one, in the order above: a field whose name is found in a list takes the engine several times as long.
    numbers[from] = reading.packetCount;
    numbers[from + 1] = reading.byteCount;
    numbers[from + 2] = reading.packetsLost;
    numbers[from + 3] = reading.packetsDiscarded;
    numbers[from + 4] = reading.packetsRetransmitted;
    numbers[from + 5] = reading.packetsRepaired;
    numbers[from + 6] = reading.rtxPacketsDiscarded;
    numbers[from + 7] = reading.nackCount;
    numbers[from + 8] = reading.nackPacketCount;
    numbers[from + 9] = reading.pliCount;
    numbers[from + 10] = reading.firCount;
    numbers[from + 11] = reading.bitrate;
    numbers[from + 12] = reading.fractionLost;
    numbers[from + 13] = reading.jitter;
    numbers[from + 14] = reading.roundTripTime;
    numbers[from + 15] = reading.score;
    numbers[from + RTX_SSRC] = reading.rtxSsrc ?? Number.NaN;
    this.#present[row] = 1;
    this.#mimeTypes[row] = reading.mimeType;
    if (reading.rid === null) this.#rids.delete(row);
    else this.#rids.set(row, reading.rid);
    if (isEmpty(reading.bitrateByLayer)) this.#layers.delete(row);
    else this.#layers.set(row, reading.bitrateByLayer);
  }

  /** A copy for a reader. */
  sample(row: number): StreamSample {
    const number = (name: (typeof STREAM_COUNTERS)[number] | (typeof GAUGES)[number]): number =>
      this.#number(row, PLACES[name]!);
    const rtxSsrc = this.#number(row, RTX_SSRC);
    return {
      ssrc: this.ssrc(row),
      rtxSsrc: Number.isNaN(rtxSsrc) ? null : rtxSsrc,
      rid: this.#rids.get(row) ?? null,
      mimeType: this.#mimeTypes[row]!,
      packetCount: number('packetCount'),
      byteCount: number('byteCount'),
      packetsLost: number('packetsLost'),
      bitrate: number('bitrate'),
      fractionLost: number('fractionLost'),
      jitter: number('jitter'),
      roundTripTime: number('roundTripTime'),
      score: number('score'),
      bitrateByLayer: this.#layers.get(row) ?? NO_LAYERS,
    };
  }

  #number(row: number, place: number): number {
    return this.#numbers.page(row)[this.#numbers.offset(row) + place]!;
  }

  #add(): number {
    const row = this.#used++;
    if (row < this.capacity) return row;
    const rows = roomFor(this.#used, this.capacity);
    const [next, present] = [this.#next, this.#present];
    this.#next = new Int32Array(rows);
    this.#present = new Uint8Array(rows);
    this.#next.set(next);
    this.#present.set(present);
    return row;
  }
}

function isEmpty(layers: StreamSample['bitrateByLayer']): boolean {
  for (const _ in layers) return false;
  return true;
}
