import type { StreamSample } from '../model/samples.js';
import type { StreamReading } from '../source.js';
import { Stream, STREAM_COUNTERS } from './stream.js';

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
 * Makes one growth per counter out of an entity's streams. A stream that is replaced or starts again keeps what it had
 * contributed, because only growth is ever handed out.
 */
export class StreamCounters {
  readonly #streams: Stream[] = [];

  /**
   * Writes the growth of each of `STREAM_COUNTERS` into `by`, `NaN` where no stream tells it; 0 without a stream. False when a
   * stream was seen for the first time or started again, so that the growth is of unknown duration and makes no rate.
   */
  read(readings: readonly StreamReading[], by: Float64Array): boolean {
    by.fill(readings.length === 0 ? 0 : Number.NaN);
    for (const stream of this.#streams) stream.present = false;
    let continuous = true;
    for (const reading of readings) {
      const known = this.#find(reading.ssrc);
      const stream = known ?? this.#remember(reading.ssrc);
      const fresh =
        known === undefined || reading.packetCount < known.packetCount || reading.byteCount < known.byteCount;
      grow(stream, reading, fresh, by);
      if (fresh) continuous = false;
    }
    if (this.#streams.length > MAX_STREAMS) this.#forgetOne();
    return continuous;
  }

  /** Copies of the streams of the newest reading. */
  samples(): readonly StreamSample[] {
    return this.#streams.filter(({ present }) => present).map((stream) => stream.sample());
  }

  #find(ssrc: number): Stream | undefined {
    for (const stream of this.#streams) if (stream.ssrc === ssrc) return stream;
    return undefined;
  }

  #remember(ssrc: number): Stream {
    const stream = new Stream(ssrc);
    this.#streams.push(stream);
    return stream;
  }

  #forgetOne(): void {
    const gone = this.#streams.findIndex(({ present }) => !present);
    if (gone !== -1) this.#streams.splice(gone, 1);
  }
}

/** `fresh`: there is nothing before this reading that its counters go on from. */
function grow(stream: Stream, reading: StreamReading, fresh: boolean, by: Float64Array): void {
  if (fresh) stream.peakLost = 0;
  for (let i = 0; i < STREAM_COUNTERS.length; i++) {
    if (i === PACKETS_LOST) continue;
    const name = STREAM_COUNTERS[i]!;
    const before = fresh || Number.isNaN(stream[name]) ? 0 : stream[name];
    // A single counter that falls while the stream goes on is a correction, not a new beginning.
    add(by, i, Math.max(0, reading[name] - before));
  }
  if (!Number.isNaN(reading.packetsLost)) {
    const lost = Math.max(0, reading.packetsLost - stream.peakLost);
    stream.peakLost += lost;
    add(by, PACKETS_LOST, lost);
  }
  stream.update(reading);
  stream.present = true;
}

function add(by: Float64Array, i: number, growth: number): void {
  if (Number.isNaN(growth)) return;
  const before = by[i]!;
  by[i] = Number.isNaN(before) ? growth : before + growth;
}
