import type { Reading, StreamReading } from '../source.js';

export type Writable<T> = { -readonly [K in keyof T]: T[K] };

export const NO_LAYERS: StreamReading['bitrateByLayer'] = {};

/**
 * One reading of a producer or a consumer that is written again and again. Readings are looked at once and by thousands a
 * second: made anew, they would be most of the garbage that is ours.
 */
export class ReadingSpace {
  readonly #streams: Writable<StreamReading>[] = [];
  readonly #spare: Writable<StreamReading>[] = [];
  readonly #reading: Writable<Reading> = { timestamp: Number.NaN, values: {}, streams: this.#streams };

  /** The reading, with no stream yet. Whatever was in it is over. */
  begin(): Writable<Reading> {
    this.#streams.length = 0;
    return this.#reading;
  }

  /** One stream more of the reading. All of its fields have to be written. */
  addStream(): Writable<StreamReading> {
    const at = this.#streams.length;
    let stream = this.#spare[at];
    if (stream === undefined) {
      stream = emptyStream();
      this.#spare.push(stream);
    }
    this.#streams.push(stream);
    return stream;
  }
}

/** Numbers begin as `NaN`, so that the engine keeps a place for a double and writes it in place. */
function emptyStream(): Writable<StreamReading> {
  return {
    ssrc: 0,
    rtxSsrc: null,
    rid: null,
    mimeType: '',
    packetCount: Number.NaN,
    byteCount: Number.NaN,
    packetsLost: Number.NaN,
    packetsDiscarded: Number.NaN,
    packetsRetransmitted: Number.NaN,
    packetsRepaired: Number.NaN,
    rtxPacketsDiscarded: Number.NaN,
    nackCount: Number.NaN,
    nackPacketCount: Number.NaN,
    pliCount: Number.NaN,
    firCount: Number.NaN,
    bitrate: Number.NaN,
    fractionLost: Number.NaN,
    jitter: Number.NaN,
    roundTripTime: Number.NaN,
    score: Number.NaN,
    bitrateByLayer: NO_LAYERS,
  };
}
