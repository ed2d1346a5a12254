import type { ReceptionReport } from './rtcp.js';

/** What an endpoint knows of one stream it receives, enough to report on it (RFC 3550 §6.4.1 and A.3). */
export class StreamReceiver {
  readonly #ssrc: number;
  #packets = 0;
  #bytes = 0;
  #first = -1;
  #highest = 0;
  #cycles = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #lastSenderReport = 0;
  #senderReportMs = 0;

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  get received(): { readonly packets: number; readonly bytes: number } {
    return { packets: this.#packets, bytes: this.#bytes };
  }

  packet(sequenceNumber: number, bytes: number): void {
    this.#packets++;
    this.#bytes += bytes;
    if (this.#first < 0) {
      this.#first = sequenceNumber;
      this.#highest = sequenceNumber;
      return;
    }
    const ahead = (sequenceNumber - this.#highest) & 0xffff;
    // A step of more than half the range is a packet that came late.
    if (ahead === 0 || ahead >= 0x8000) return;
    if (sequenceNumber < this.#highest) this.#cycles++;
    this.#highest = sequenceNumber;
  }

  senderReport(ntpMiddle: number, nowMs: number): void {
    this.#lastSenderReport = ntpMiddle;
    this.#senderReportMs = nowMs;
  }

  /** `distanceMs` is taken off the time since the last sender report, so that the SFU computes it as the round trip time. */
  report(nowMs: number, distanceMs: number): ReceptionReport {
    const extended = this.#cycles * 65_536 + this.#highest;
    const expected = extended - Math.max(this.#first, 0) + 1;
    const expectedNow = expected - this.#expectedPrior;
    const lostNow = expectedNow - (this.#packets - this.#receivedPrior);
    this.#expectedPrior = expected;
    this.#receivedPrior = this.#packets;
    return {
      ssrc: this.#ssrc,
      fractionLost: expectedNow > 0 && lostNow > 0 ? lostNow / expectedNow : 0,
      packetsLost: Math.max(0, expected - this.#packets),
      highestSequence: extended,
      jitter: 0,
      lastSenderReport: this.#lastSenderReport,
      msSinceSenderReport: this.#lastSenderReport === 0 ? 0 : Math.max(1, nowMs - this.#senderReportMs - distanceMs),
    };
  }
}
