import type { StreamSample } from '../model/samples.js';
import type { StreamReading } from '../source.js';
import type { MirroredValues } from './mirrored-values.js';
import { roomFor } from './room-for.js';
import { STREAM_COUNTERS, STREAM_NUMBERS, writeNumbers } from './stream-numbers.js';
import { NONE, StreamRows } from './stream-rows.js';

const PACKETS = STREAM_COUNTERS.indexOf('packetCount');
const BYTES = STREAM_COUNTERS.indexOf('byteCount');
const PACKETS_LOST = STREAM_COUNTERS.indexOf('packetsLost');

/**
 * Growth of a counter from one reading to the next. A fall means that it started again, so all it shows now is growth. `NaN`
 * when the new value is unknown.
 */
export function growthOf(now: number, before: number): number {
  return now >= before ? now - before : now;
}

/** Streams remembered per entity after they vanished, so that one which comes back is not counted twice. */
const MAX_STREAMS = 16;

/**
 * Makes one growth per counter out of the streams of each entity of one kind, by slot. A stream that is replaced or starts
 * again keeps what it had contributed, because only growth is ever handed out.
 */
export class StreamCounters {
  readonly #rows = new StreamRows();
  readonly #values: MirroredValues | null;
  /** Counters of a stream before the newest reading. */
  readonly #before = new Float64Array(STREAM_COUNTERS.length);
  /** The newest reading of a stream that shares its entity's numbers. */
  readonly #newest = new Float64Array(STREAM_NUMBERS.length);
  /** Whether the newest reading went that way. */
  #isPlain = false;
  /** First row of each slot. */
  #heads = new Int32Array(0);

  /** `values`: what the readings are made into; without them every stream has numbers of its own. */
  constructor(values: MirroredValues | null = null) {
    this.#values = values;
  }

  /** Streams there is memory for. */
  get capacity(): number {
    return this.#rows.capacity;
  }

  /** Streams with numbers of their own, as those of an entity with several have. */
  get withNumbers(): number {
    return this.#rows.withNumbers;
  }

  /**
   * Writes the growth of each of `STREAM_COUNTERS` into `by`, `NaN` where no stream tells it; 0 without a stream. False when a
   * stream was seen for the first time or started again, so that the growth is of unknown duration and makes no rate. The row of the
   * slot must be the one that is being worked on.
   */
  read(slot: number, readings: readonly StreamReading[], by: Float64Array): boolean {
    this.#isPlain = this.#readPlain(slot, readings, by);
    if (this.#isPlain) return true;
    by.fill(readings.length === 0 ? 0 : Number.NaN);
    const rows = this.#rows;
    let remembered = 0;
    for (let row = this.#head(slot); row !== NONE; row = rows.next(row)) {
      if (this.#values !== null) rows.part(row, this.#values);
      rows.absent(row);
      remembered++;
    }
    let continuous = true;
    for (const reading of readings) {
      const known = this.#find(slot, reading.ssrc);
      const row = known === NONE ? this.#remember(slot, reading.ssrc) : known;
      if (known === NONE) remembered++;
      const fresh =
        known === NONE ||
        reading.packetCount < rows.counter(row, PACKETS) ||
        reading.byteCount < rows.counter(row, BYTES);
      this.#grow(row, reading, fresh, by);
      if (fresh) continuous = false;
    }
    if (remembered > MAX_STREAMS) this.#forgetOne(slot);
    return continuous;
  }

  /** What `read` returned stands in the values: an only stream that is the same needs no numbers of its own until the next reading. */
  written(slot: number): void {
    const values = this.#values;
    const row = this.#head(slot);
    if (values === null || row === NONE || this.#rows.next(row) !== NONE) return;
    if (!this.#isPlain) {
      if (this.#rows.isPresent(row)) this.#rows.share(row, values);
      return;
    }
    // The counters are the same, as `#readPlain` has found.
    for (let i = STREAM_COUNTERS.length; i < STREAM_NUMBERS.length; i++) {
      if (values.isSame(i, this.#newest[i]!)) continue;
      this.#rows.own(row, this.#newest);
      return;
    }
  }

  /** Copies of the streams of the newest reading. */
  samples(slot: number): readonly StreamSample[] {
    const samples: StreamSample[] = [];
    this.#values?.load(slot);
    for (let row = this.#head(slot); row !== NONE; row = this.#rows.next(row)) {
      if (this.#rows.isPresent(row)) samples.push(this.#rows.sample(row, this.#values));
    }
    return samples;
  }

  /** Lets go of all streams of that slot. */
  forget(slot: number): void {
    let row = this.#head(slot);
    if (row === NONE) return;
    this.#heads[slot] = NONE;
    while (row !== NONE) {
      const next = this.#rows.next(row);
      this.#rows.free(row);
      row = next;
    }
  }

  /**
   * The way of nearly all readings: the only stream of an entity, which shares its numbers, goes on, and nothing of it falls. False
   * when it is not so; then nothing was done.
   */
  #readPlain(slot: number, readings: readonly StreamReading[], by: Float64Array): boolean {
    const values = this.#values;
    const row = this.#head(slot);
    const rows = this.#rows;
    if (values === null || readings.length !== 1 || row === NONE || rows.next(row) !== NONE) return false;
    const reading = readings[0]!;
    if (!rows.isShared(row) || rows.ssrc(row) !== reading.ssrc) return false;
    const newest = this.#newest;
    writeNumbers(reading, newest, 0);
    for (let i = 0; i < STREAM_COUNTERS.length; i++) {
      by[i] = Number.NaN;
      if (!values.has(i)) continue;
      const before = values.get(i);
      const now = newest[i]!;
      if (now >= before) by[i] = now - before;
      else if (!Number.isNaN(before) || now < 0) return false;
      // It is told for the first time, or still not.
      else by[i] = now;
    }
    rows.name(row, reading);
    return true;
  }

  #head(slot: number): number {
    return this.#heads[slot] ?? NONE;
  }

  #find(slot: number, ssrc: number): number {
    let row = this.#head(slot);
    while (row !== NONE && this.#rows.ssrc(row) !== ssrc) row = this.#rows.next(row);
    return row;
  }

  #remember(slot: number, ssrc: number): number {
    const row = this.#rows.take(ssrc);
    let last = this.#head(slot);
    if (last === NONE) {
      if (slot >= this.#heads.length) {
        const heads = this.#heads;
        this.#heads = new Int32Array(roomFor(slot + 1, heads.length)).fill(NONE);
        this.#heads.set(heads);
      }
      this.#heads[slot] = row;
      return row;
    }
    for (let next = this.#rows.next(last); next !== NONE; next = this.#rows.next(last)) last = next;
    this.#rows.chain(last, row);
    return row;
  }

  #forgetOne(slot: number): void {
    let before = NONE;
    let row = this.#head(slot);
    while (row !== NONE && this.#rows.isPresent(row)) {
      before = row;
      row = this.#rows.next(row);
    }
    if (row === NONE) return;
    if (before === NONE) this.#heads[slot] = this.#rows.next(row);
    else this.#rows.chain(before, this.#rows.next(row));
    this.#rows.free(row);
  }

  /** `fresh`: there is nothing before this reading that its counters go on from. */
  #grow(row: number, reading: StreamReading, fresh: boolean, by: Float64Array): void {
    const rows = this.#rows;
    const old = this.#before;
    if (fresh) rows.setPeakLost(row, 0);
    rows.copyCounters(row, old);
    rows.update(row, reading);
    // From here on numbers come from columns: a field that is found by name makes an object of every number.
    for (let i = 0; i < old.length; i++) {
      if (i === PACKETS_LOST) continue;
      const known = old[i]!;
      const before = fresh || Number.isNaN(known) ? 0 : known;
      // A single counter that falls while the stream goes on is a correction, not a new beginning.
      add(by, i, Math.max(0, rows.counter(row, i) - before));
    }
    const now = rows.counter(row, PACKETS_LOST);
    if (Number.isNaN(now)) return;
    const peak = rows.peakLost(row);
    const lost = Math.max(0, now - peak);
    rows.setPeakLost(row, peak + lost);
    add(by, PACKETS_LOST, lost);
  }
}

function add(by: Float64Array, i: number, growth: number): void {
  if (Number.isNaN(growth)) return;
  const before = by[i]!;
  by[i] = Number.isNaN(before) ? growth : before + growth;
}
