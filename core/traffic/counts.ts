import type { Direction, TrafficCount } from './traffic-meter.js';

/** Bytes and messages that can be added to. */
export class Counts implements TrafficCount {
  bytesIn = 0;
  bytesOut = 0;
  messagesIn = 0;
  messagesOut = 0;

  get isEmpty(): boolean {
    return this.messagesIn === 0 && this.messagesOut === 0 && this.bytesIn === 0 && this.bytesOut === 0;
  }

  count(direction: Direction, bytes: number, messages: number): void {
    if (direction === 'in') {
      this.bytesIn += bytes;
      this.messagesIn += messages;
    } else {
      this.bytesOut += bytes;
      this.messagesOut += messages;
    }
  }

  /** Adds all of `other`; with `sign` -1 takes it away again. */
  merge(other: TrafficCount, sign: 1 | -1 = 1): void {
    this.bytesIn += sign * other.bytesIn;
    this.bytesOut += sign * other.bytesOut;
    this.messagesIn += sign * other.messagesIn;
    this.messagesOut += sign * other.messagesOut;
  }

  clear(): void {
    this.bytesIn = 0;
    this.bytesOut = 0;
    this.messagesIn = 0;
    this.messagesOut = 0;
  }

  /** As it is now; later additions do not show. */
  copy(): TrafficCount {
    const { bytesIn, bytesOut, messagesIn, messagesOut } = this;
    return { bytesIn, bytesOut, messagesIn, messagesOut };
  }
}

/** Signalling and data channels apart. */
export class CountsBySource {
  readonly signalling = new Counts();
  readonly data = new Counts();

  merge(other: CountsBySource): void {
    this.signalling.merge(other.signalling);
    this.data.merge(other.data);
  }

  copy(): { readonly signalling: TrafficCount; readonly data: TrafficCount } {
    return { signalling: this.signalling.copy(), data: this.data.copy() };
  }
}
