import { Interned } from '../interned.js';
import type { StreamSample } from '../model/samples.js';
import type { StreamReading } from '../source.js';
import type { MirroredValues } from './mirrored-values.js';
import { NarrowRows } from './narrow-rows.js';
import { NumberRows } from './number-rows.js';
import { roomFor } from './room-for.js';
import { STREAM_COUNTERS, STREAM_NUMBERS, writeNumbers } from './stream-numbers.js';

const PACKETS_LOST = STREAM_COUNTERS.indexOf('packetsLost');
const AFTER_COUNTERS = STREAM_COUNTERS.length;
const PEAK_LOST = STREAM_NUMBERS.length;
const STRIDE = STREAM_NUMBERS.length + 1;

const PLACES: Readonly<Record<string, number>> = Object.fromEntries(STREAM_NUMBERS.map((name, place) => [name, place]));

const NO_LAYERS: StreamSample['bitrateByLayer'] = {};

/** No row. */
export const NONE = -1;

/** Bits of what is so or not. */
const PRESENT = 1;
const HAS_RTX = 2;

/**
 * What is remembered of the streams of all entities of one kind, a row for each: the newest reading is written over the last
 * one. Objects would need 16 bytes more for every number, and kept readings would be work for the full collector. Rows are
 * chained, so that an entity needs no list of its own. A row takes 14 bytes, and 136 more only while it has numbers of its own.
 */
export class StreamRows {
  readonly #numbers = new NumberRows(STRIDE);
  /** Rows of numbers given back. */
  readonly #freeNumbers: number[] = [];
  #usedNumbers = 0;
  /** Where the numbers of each row are; `NONE` while they are those of its entity. */
  #places = new Int32Array(0);
  /** Of the few rows that another follows. */
  readonly #next = new Map<number, number>();
  #ssrcs = new Uint32Array(0);
  #rtxSsrcs = new Uint32Array(0);
  /** Numbers among the names. */
  readonly #mimeTypes = new NarrowRows(1);
  #flags = new Uint8Array(0);
  /** An SFU knows a few dozen. */
  readonly #names = new Interned();
  /** Of the few rows that have one. */
  readonly #rids = new Map<number, string>();
  /** Of the few rows that have any. */
  readonly #layers = new Map<number, StreamSample['bitrateByLayer']>();
  /** Rows in use or free. */
  #used = 0;
  readonly #free: number[] = [];

  /** Rows there is memory for. */
  get capacity(): number {
    return this.#flags.length;
  }

  /** Rows that have numbers of their own. */
  get withNumbers(): number {
    return this.#usedNumbers - this.#freeNumbers.length;
  }

  /** A row for a stream of which nothing is known yet, at the end of its chain. */
  take(ssrc: number): number {
    const row = this.#free.pop() ?? this.#add();
    this.#ssrcs[row] = ssrc;
    this.#flags[row] = 0;
    this.#takeNumbers(row);
    this.setPeakLost(row, 0);
    return row;
  }

  free(row: number): void {
    this.#rids.delete(row);
    this.#layers.delete(row);
    this.#giveNumbers(row);
    this.#next.delete(row);
    this.#free.push(row);
  }

  /** The row after this one in its chain. */
  next(row: number): number {
    return this.#next.size === 0 ? NONE : (this.#next.get(row) ?? NONE);
  }

  chain(row: number, next: number): void {
    if (next === NONE) this.#next.delete(row);
    else this.#next.set(row, next);
  }

  ssrc(row: number): number {
    return this.#ssrcs[row]!;
  }

  /** Whether the newest reading had it. */
  isPresent(row: number): boolean {
    return (this.#flags[row]! & PRESENT) !== 0;
  }

  absent(row: number): void {
    this.#flags[row]! &= ~PRESENT;
  }

  /** Whether its numbers are those of its entity. */
  isShared(row: number): boolean {
    return this.#places[row] === NONE;
  }

  /** Gives its numbers up for those of its entity, if they are the same: until `part` they must not change. */
  share(row: number, values: MirroredValues): void {
    if (this.#places[row] === NONE) return;
    const numbers = this.#numbers.page(this.#places[row]!);
    const from = this.#numbers.offset(this.#places[row]!);
    if (!Object.is(numbers[from + PEAK_LOST], numbers[from + PACKETS_LOST])) return;
    for (let place = 0; place < STREAM_NUMBERS.length; place++) {
      if (!values.isSame(place, numbers[from + place]!)) return;
    }
    this.#giveNumbers(row);
  }

  /** Has numbers of its own again. */
  part(row: number, values: MirroredValues): void {
    if (this.#places[row] !== NONE) return;
    this.#takeNumbers(row);
    const numbers = this.#numbers.page(this.#places[row]!);
    const from = this.#numbers.offset(this.#places[row]!);
    for (let place = 0; place < STREAM_NUMBERS.length; place++) numbers[from + place] = values.get(place);
    numbers[from + PEAK_LOST] = numbers[from + PACKETS_LOST]!;
  }

  /** One of `STREAM_COUNTERS`, as told last; of a row with numbers of its own. */
  counter(row: number, counter: number): number {
    return this.#own(row, counter);
  }

  /** All of `STREAM_COUNTERS`, as told last; of a row with numbers of its own. */
  copyCounters(row: number, into: Float64Array): void {
    const numbers = this.#numbers.page(this.#places[row]!);
    const from = this.#numbers.offset(this.#places[row]!);
    for (let i = 0; i < AFTER_COUNTERS; i++) into[i] = numbers[from + i]!;
  }

  /**
   * Highest loss counted: the reported number falls when late packets turn up, and rises again to where it was. Of a row with
   * numbers of its own.
   */
  peakLost(row: number): number {
    return this.#own(row, PEAK_LOST);
  }

  setPeakLost(row: number, lost: number): void {
    const at = this.#places[row]!;
    this.#numbers.page(at)[this.#numbers.offset(at) + PEAK_LOST] = lost;
  }

  /** The row must have numbers of its own. */
  update(row: number, reading: StreamReading): void {
    writeNumbers(reading, this.#numbers.page(this.#places[row]!), this.#numbers.offset(this.#places[row]!));
    this.name(row, reading);
  }

  /** Gives a row that had those of its entity numbers of its own: of the newest reading, with nothing lost beyond it. */
  own(row: number, numbers: Float64Array): void {
    this.#takeNumbers(row);
    const page = this.#numbers.page(this.#places[row]!);
    const from = this.#numbers.offset(this.#places[row]!);
    page.set(numbers, from);
    page[from + PEAK_LOST] = numbers[PACKETS_LOST]!;
  }

  /** Takes what is no number. The stream is present from now on. */
  name(row: number, reading: StreamReading): void {
    this.#flags[row] = reading.rtxSsrc === null ? PRESENT : PRESENT | HAS_RTX;
    this.#rtxSsrcs[row] = reading.rtxSsrc ?? 0;
    this.#mimeTypes.set(row, 0, this.#names.numberOf(reading.mimeType));
    if (reading.rid !== null) this.#rids.set(row, reading.rid);
    else if (this.#rids.size > 0) this.#rids.delete(row);
    if (!isEmpty(reading.bitrateByLayer)) this.#layers.set(row, reading.bitrateByLayer);
    else if (this.#layers.size > 0) this.#layers.delete(row);
  }

  /** A copy for a reader. */
  sample(row: number, values: MirroredValues | null): StreamSample {
    const isShared = this.#places[row] === NONE;
    const number = (name: (typeof STREAM_NUMBERS)[number]): number =>
      isShared ? (values?.get(PLACES[name]!) ?? Number.NaN) : this.#own(row, PLACES[name]!);
    return {
      ssrc: this.ssrc(row),
      rtxSsrc: (this.#flags[row]! & HAS_RTX) === 0 ? null : this.#rtxSsrcs[row]!,
      rid: this.#rids.get(row) ?? null,
      mimeType: this.#names.textOf(this.#mimeTypes.get(row, 0))!,
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

  #own(row: number, place: number): number {
    const at = this.#places[row]!;
    return this.#numbers.page(at)[this.#numbers.offset(at) + place]!;
  }

  /** Numbers of its own, all unknown. */
  #takeNumbers(row: number): void {
    const at = this.#freeNumbers.pop() ?? this.#usedNumbers++;
    this.#numbers.reserve(at);
    this.#numbers.forget(at);
    this.#places[row] = at;
  }

  #giveNumbers(row: number): void {
    const at = this.#places[row]!;
    if (at === NONE) return;
    this.#freeNumbers.push(at);
    this.#places[row] = NONE;
  }

  #add(): number {
    const row = this.#used++;
    if (row < this.capacity) return row;
    const rows = roomFor(this.#used, this.capacity);
    this.#places = copied(this.#places, new Int32Array(rows));
    this.#ssrcs = copied(this.#ssrcs, new Uint32Array(rows));
    this.#rtxSsrcs = copied(this.#rtxSsrcs, new Uint32Array(rows));
    this.#mimeTypes.reserve(rows - 1);
    this.#flags = copied(this.#flags, new Uint8Array(rows));
    return row;
  }
}

function copied<A extends Int32Array | Uint32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

function isEmpty(layers: StreamSample['bitrateByLayer']): boolean {
  for (const _ in layers) return false;
  return true;
}
