import type { Random } from '../random.js';
import { writeSenderReport } from './rtcp.js';
import { type RtpHeader, writeRtp } from './rtp-packet.js';

export interface StreamOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Hz. */
  readonly clockRate: number;
  readonly packetsPerSecond: number;
  readonly send: (packet: Buffer) => void;
  /** Payload and extensions of packet number `index`. */
  readonly frame: (
    index: number,
    keyFrame: boolean,
  ) => Pick<RtpHeader, 'extensions' | 'marker'> & { readonly payload: Buffer };
  readonly random: Random;
}

/** Packets kept to answer a NACK with. */
const RETRANSMIT_BUFFER = 256;
/** mediasoup takes a stream whose first sequence number is 0 for one that has wrapped, and 65,536 packets for lost. */
const FIRST_SEQUENCE_NUMBER = 1;
const SENDER_REPORT_MS = 1_000;
const KEY_FRAME_MS = 4_000;

/** Sends one RTP stream at its own pace, with sender reports, key frames when asked, and the losses it is told to make. */
export class StreamSender {
  readonly #options: StreamOptions;
  readonly #sent: (Buffer | undefined)[] = new Array<Buffer | undefined>(RETRANSMIT_BUFFER).fill(undefined);
  #index = 0;
  #packets = 0;
  #bytes = 0;
  #startedMs: number | undefined;
  #silentMs = 0;
  #lastTickMs = 0;
  #nextReportMs = 0;
  #nextKeyFrameMs = 0;
  /** Share of packets not sent, 0–1. */
  lossRatio = 0;
  /** Sends nothing while set, as an endpoint does whose camera or uplink froze. */
  frozen = false;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  get ssrc(): number {
    return this.#options.ssrc;
  }

  /** Packets and bytes that really left, retransmissions not counted. */
  get sent(): { readonly packets: number; readonly bytes: number } {
    return { packets: this.#packets, bytes: this.#bytes };
  }

  /** Sends what is due by now; called every few ms with the wall time. */
  tick(nowMs: number): void {
    this.#startedMs ??= nowMs;
    if (this.frozen) {
      this.#silentMs += nowMs - (this.#lastTickMs || nowMs);
      this.#lastTickMs = nowMs;
      return;
    }
    this.#lastTickMs = nowMs;
    const activeMs = nowMs - this.#startedMs - this.#silentMs;
    const due = Math.floor((activeMs / 1_000) * this.#options.packetsPerSecond) + 1;
    // After a long pause of the process a burst would only be lost in the socket: skip what is older than half a second.
    this.#index = Math.max(this.#index, due - Math.ceil(this.#options.packetsPerSecond / 2));
    while (this.#index < due) this.#sendNext(nowMs);
    if (nowMs >= this.#nextReportMs) this.#report(nowMs);
  }

  /** Answers a picture loss indication or full intra request. */
  requestKeyFrame(): void {
    this.#nextKeyFrameMs = 0;
  }

  /** Sends a packet again, if it is still at hand and the line is not told to lose it. */
  retransmit(sequenceNumber: number): void {
    const packet = this.#sent[sequenceNumber % RETRANSMIT_BUFFER];
    if (packet?.readUInt16BE(2) !== sequenceNumber || this.#options.random.chance(this.lossRatio)) return;
    this.#options.send(packet);
  }

  #sendNext(nowMs: number): void {
    const index = this.#index++;
    const keyFrame = nowMs >= this.#nextKeyFrameMs;
    if (keyFrame) this.#nextKeyFrameMs = nowMs + KEY_FRAME_MS;
    const { payload, ...header } = this.#options.frame(index, keyFrame);
    const sequenceNumber = (FIRST_SEQUENCE_NUMBER + index) & 0xffff;
    const packet = writeRtp(
      {
        ...header,
        payloadType: this.#options.payloadType,
        sequenceNumber,
        timestamp: this.#timestampOf(index),
        ssrc: this.#options.ssrc,
      },
      payload,
    );
    this.#sent[sequenceNumber % RETRANSMIT_BUFFER] = packet;
    if (this.#options.random.chance(this.lossRatio)) return;
    this.#packets++;
    this.#bytes += packet.length;
    this.#options.send(packet);
  }

  #timestampOf(index: number): number {
    return Math.floor((index * this.#options.clockRate) / this.#options.packetsPerSecond) >>> 0;
  }

  #report(nowMs: number): void {
    this.#nextReportMs = nowMs + SENDER_REPORT_MS;
    this.#options.send(
      writeSenderReport({
        ssrc: this.#options.ssrc,
        wallMs: nowMs,
        rtpTimestamp: this.#timestampOf(this.#index),
        packets: this.#packets,
        bytes: this.#bytes,
      }),
    );
  }
}
