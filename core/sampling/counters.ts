import type { StreamReading } from '../source.js';

/** Counters that every RTP stream has, in the order of `StreamGrowth.by`. */
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

const PACKETS_LOST = STREAM_COUNTERS.indexOf('packetsLost');

/**
 * Growth of a counter from one reading to the next. A fall means that it started again, so all it shows now is growth. `NaN`
 * when the new value is unknown.
 */
export function growthOf(now: number, before: number): number {
  return now >= before ? now - before : now;
}

/** What is remembered of one stream: enough to know how much it has grown when it is read again. */
interface StreamMemory {
  last: StreamReading;
  /** Highest loss counted: the reported number falls when late packets turn up, and rises again to where it was. */
  peakLost: number;
}

/** Streams remembered per entity after they vanished, so that one which comes back is not counted twice. */
const MAX_STREAMS = 16;

/**
 * Makes one growth per counter out of an entity's streams. A stream that is replaced or starts again keeps what it had
 * contributed, because only growth is ever handed out.
 */
export class StreamCounters {
  readonly #streams: StreamMemory[] = [];

  /**
   * Writes the growth of each of `STREAM_COUNTERS` into `by`, `NaN` where no stream tells it; 0 without a stream. False when a
   * stream was seen for the first time or started again, so that the growth is of unknown duration and makes no rate.
   */
  read(streams: readonly StreamReading[], by: Float64Array): boolean {
    by.fill(streams.length === 0 ? 0 : Number.NaN);
    let continuous = true;
    for (const stream of streams) {
      const memory = this.#find(stream.ssrc);
      if (memory === undefined) {
        this.#remember(stream, streams, by);
        continuous = false;
      } else if (!this.#grow(memory, stream, by)) continuous = false;
    }
    return continuous;
  }

  #find(ssrc: number): StreamMemory | undefined {
    for (const memory of this.#streams) if (memory.last.ssrc === ssrc) return memory;
    return undefined;
  }

  #grow(memory: StreamMemory, stream: StreamReading, by: Float64Array): boolean {
    const { last } = memory;
    const restarted = stream.packetCount < last.packetCount || stream.byteCount < last.byteCount;
    if (restarted) memory.peakLost = 0;
    for (let i = 0; i < STREAM_COUNTERS.length; i++) {
      if (i === PACKETS_LOST) continue;
      const name = STREAM_COUNTERS[i]!;
      const before = restarted || Number.isNaN(last[name]) ? 0 : last[name];
      // A single counter that falls while the stream goes on is a correction, not a new beginning.
      add(by, i, Math.max(0, stream[name] - before));
    }
    growPeak(memory, stream, by);
    memory.last = stream;
    return !restarted;
  }

  #remember(stream: StreamReading, present: readonly StreamReading[], by: Float64Array): void {
    const memory: StreamMemory = { last: stream, peakLost: 0 };
    for (let i = 0; i < STREAM_COUNTERS.length; i++) {
      if (i !== PACKETS_LOST) add(by, i, Math.max(0, stream[STREAM_COUNTERS[i]!]));
    }
    growPeak(memory, stream, by);
    this.#streams.push(memory);
    if (this.#streams.length <= MAX_STREAMS) return;
    const gone = this.#streams.findIndex(({ last }) => !present.some(({ ssrc }) => ssrc === last.ssrc));
    if (gone !== -1) this.#streams.splice(gone, 1);
  }
}

function growPeak(memory: StreamMemory, stream: StreamReading, by: Float64Array): void {
  if (Number.isNaN(stream.packetsLost)) return;
  const growth = Math.max(0, stream.packetsLost - memory.peakLost);
  memory.peakLost += growth;
  add(by, PACKETS_LOST, growth);
}

function add(by: Float64Array, i: number, growth: number): void {
  if (Number.isNaN(growth)) return;
  const before = by[i]!;
  by[i] = Number.isNaN(before) ? growth : before + growth;
}
