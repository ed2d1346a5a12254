import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { Random } from '../random.js';
import { readRtcp, writeReceiverReport } from './rtcp.js';
import { isRtcp, readRtp } from './rtp-packet.js';
import { StreamReceiver } from './stream-receiver.js';
import type { StreamSender } from './stream-sender.js';

export interface RemoteAddress {
  readonly ip: string;
  readonly port: number;
}

const REPORT_MS = 1_000;
/** RFC 3550 lets one receiver report carry 31 blocks. */
const REPORTS_PER_PACKET = 31;

/** One endpoint's UDP socket on loopback: sends its streams to the SFU, receives those it consumes, and speaks RTCP for both. */
export class UdpEndpoint {
  readonly #socket: Socket;
  readonly #random: Random;
  readonly #senders = new Map<number, StreamSender>();
  readonly #receivers = new Map<number, StreamReceiver>();
  readonly #ssrc: number;
  #uplink: RemoteAddress | undefined;
  #downlink: RemoteAddress | undefined;
  #nextReportMs = 0;
  #closed = false;
  /** Share of received packets thrown away before they count, 0–1: a bad downlink. */
  downlinkLoss = 0;
  /** Round trip time in ms that reports pretend; the loopback's own is too small to tell from "unknown". */
  distanceMs = 20;

  private constructor(socket: Socket, random: Random) {
    this.#socket = socket;
    this.#random = random;
    this.#ssrc = random.between(1, 0x7fffffff);
    socket.on('message', (packet) => this.#receive(packet));
    // A transport closes before its endpoint: what is then still under way is refused, and that is no fault.
    socket.on('error', () => undefined);
  }

  static async open(random: Random): Promise<UdpEndpoint> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return new UdpEndpoint(socket, random);
  }

  get address(): RemoteAddress {
    const { address, port }: AddressInfo = this.#socket.address();
    return { ip: address, port };
  }

  /** Where streams go, and where reports on received streams go. */
  connect(uplink: RemoteAddress | undefined, downlink: RemoteAddress | undefined): void {
    this.#uplink = uplink;
    this.#downlink = downlink;
  }

  addSender(sender: StreamSender): void {
    this.#senders.set(sender.ssrc, sender);
  }

  addReceiver(ssrc: number): StreamReceiver {
    const receiver = new StreamReceiver(ssrc);
    this.#receivers.set(ssrc, receiver);
    return receiver;
  }

  removeReceiver(ssrc: number): void {
    this.#receivers.delete(ssrc);
  }

  /** For `StreamSender`. */
  readonly send = (packet: Buffer): void => {
    if (this.#uplink !== undefined) this.#transmit(packet, this.#uplink);
  };

  tick(nowMs: number): void {
    for (const sender of this.#senders.values()) sender.tick(nowMs);
    if (nowMs < this.#nextReportMs) return;
    this.#nextReportMs = nowMs + REPORT_MS;
    this.#report(nowMs);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #transmit(packet: Buffer, to: RemoteAddress): void {
    if (!this.#closed) this.#socket.send(packet, to.port, to.ip);
  }

  #report(nowMs: number): void {
    const downlink = this.#downlink;
    if (downlink === undefined) return;
    const reports = [...this.#receivers.values()]
      .filter((receiver) => receiver.received.packets > 0)
      .map((receiver) => receiver.report(nowMs, this.distanceMs));
    for (let at = 0; at < reports.length; at += REPORTS_PER_PACKET) {
      this.#transmit(writeReceiverReport(this.#ssrc, reports.slice(at, at + REPORTS_PER_PACKET)), downlink);
    }
  }

  #receive(packet: Buffer): void {
    if (isRtcp(packet)) {
      this.#receiveRtcp(packet, Date.now());
      return;
    }
    if (this.downlinkLoss > 0 && this.#random.chance(this.downlinkLoss)) return;
    const rtp = readRtp(packet);
    if (rtp !== undefined) this.#receivers.get(rtp.ssrc)?.packet(rtp.sequenceNumber, packet.length);
  }

  #receiveRtcp(packet: Buffer, nowMs: number): void {
    for (const part of readRtcp(packet)) {
      switch (part.type) {
        case 'senderReport':
          this.#receivers.get(part.ssrc)?.senderReport(part.ntpMiddle, nowMs);
          break;
        case 'keyFrameRequest':
          this.#senders.get(part.mediaSsrc)?.requestKeyFrame();
          break;
        case 'nack':
          for (const sequenceNumber of part.sequenceNumbers) {
            this.#senders.get(part.mediaSsrc)?.retransmit(sequenceNumber);
          }
          break;
      }
    }
  }
}
