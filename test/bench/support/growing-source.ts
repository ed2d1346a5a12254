import type { SampledKind } from '../../../core/model/samples.js';
import type { Inspection, Reading, Source } from '../../../core/source.js';
import { stream } from '../../support/fake-source.js';

/** Answers everything, with a fresh reading each time, as a real source must; every counter has grown since the last. */
export class GrowingSource implements Source {
  readonly name = 'growing';
  readonly version = null;
  readonly blindSpots = [];
  readonly #before: (() => Promise<void>) | null;
  #count = 0;

  /** `before` is waited for before each answer; left out, answers come at once. */
  constructor(before: (() => Promise<void>) | null = null) {
    this.#before = before;
  }

  start(): void {}
  stop(): void {}

  read<K extends SampledKind>(kind: K): Promise<Reading<K> | null> {
    if (this.#before === null) return Promise.resolve(this.#reading(kind));
    return this.#before().then(() => this.#reading(kind));
  }

  inspect(): Promise<Inspection> {
    return Promise.reject(new Error('not asked'));
  }

  #reading<K extends SampledKind>(kind: K): Reading<K> {
    const packetCount = ++this.#count;
    const streams =
      kind === 'consumer' ? [stream({ packetCount, byteCount: packetCount * 1_000, bitrate: 1_000 })] : [];
    const values = kind === 'transport' ? { bytesReceived: packetCount, recvBitrate: 8, sendBitrate: 8 } : {};
    return { timestamp: packetCount, values, streams } as Reading<K>;
  }
}
