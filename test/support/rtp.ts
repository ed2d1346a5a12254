import { createSocket, type Socket } from 'node:dgram';
import { readRtcp, writeSenderReport } from '../../server/demo/rtp/rtcp.js';
import { isRtcp, type RtpHeader, writeRtp } from '../../server/demo/rtp/rtp-packet.js';

/** A UDP endpoint on loopback that sends what it is told and counts exactly what went and came. */
export class UdpPeer {
  readonly #socket: Socket;
  readonly #heard = new Map<number, { packets: number; bytes: number }>();
  /** The middle 32 bits of the NTP time of the last sender report, by ssrc, and when it came in ms. */
  readonly senderReports = new Map<number, { ntpMiddle: number; at: number }>();
  #target: { readonly ip: string; readonly port: number } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => this.#receive(packet));
    socket.on('error', () => undefined);
  }

  static async open(): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new UdpPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Where everything is sent to from now on. */
  target(port: number, ip = '127.0.0.1'): this {
    this.#target = { ip, port };
    return this;
  }

  async send(packet: Buffer): Promise<void> {
    const target = this.#target;
    if (target === undefined) throw new Error('no target');
    await new Promise<void>((resolve, reject) => {
      this.#socket.send(packet, target.port, target.ip, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  heard(ssrc: number): { readonly packets: number; readonly bytes: number } {
    return this.#heard.get(ssrc) ?? { packets: 0, bytes: 0 };
  }

  close(): void {
    this.#socket.close();
  }

  #receive(packet: Buffer): void {
    if (isRtcp(packet)) {
      for (const part of readRtcp(packet)) {
        if (part.type === 'senderReport') {
          this.senderReports.set(part.ssrc, { ntpMiddle: part.ntpMiddle, at: performance.now() });
        }
      }
      return;
    }
    const ssrc = packet.readUInt32BE(8);
    const { packets, bytes } = this.heard(ssrc);
    this.#heard.set(ssrc, { packets: packets + 1, bytes: bytes + packet.length });
  }
}

/** Makes the packets of one RTP stream and counts them. */
export class RtpStream {
  readonly ssrc: number;
  readonly #payloadType: number;
  readonly #ticksPerPacket: number;
  #sequenceNumber = 100;
  #timestamp = 10_000;
  packets = 0;
  bytes = 0;

  constructor({ ssrc, payloadType, ticksPerPacket }: { ssrc: number; payloadType: number; ticksPerPacket: number }) {
    this.ssrc = ssrc;
    this.#payloadType = payloadType;
    this.#ticksPerPacket = ticksPerPacket;
  }

  get lastSequenceNumber(): number {
    return this.#sequenceNumber;
  }

  next(payload: Uint8Array, extensions?: RtpHeader['extensions']): Buffer {
    this.#sequenceNumber += 1;
    this.#timestamp += this.#ticksPerPacket;
    const packet = writeRtp(
      {
        payloadType: this.#payloadType,
        sequenceNumber: this.#sequenceNumber,
        timestamp: this.#timestamp,
        ssrc: this.ssrc,
        marker: true,
        ...(extensions && { extensions }),
      },
      payload,
    );
    this.packets += 1;
    this.bytes += packet.length;
    return packet;
  }

  /** A sender report of this moment. */
  report(): Buffer {
    return writeSenderReport({
      ssrc: this.ssrc,
      wallMs: Date.now(),
      rtpTimestamp: this.#timestamp,
      packets: this.packets,
      bytes: this.bytes,
    });
  }

  /** Leaves a sequence number out, as a network does that loses a packet. */
  lose(): void {
    this.#sequenceNumber += 1;
  }
}

/** Generic NACK (RFC 4585 §6.2.1) of up to 17 packets from `first` on. */
export function writeNack(mediaSsrc: number, first: number, mask = 0): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeUInt8(0x81, 0);
  packet.writeUInt8(205, 1);
  packet.writeUInt16BE(3, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(first & 0xffff, 12);
  packet.writeUInt16BE(mask, 14);
  return packet;
}

/** Picture loss indication (RFC 4585 §6.3.1). */
export function writePli(mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(12);
  packet.writeUInt8(0x81, 0);
  packet.writeUInt8(206, 1);
  packet.writeUInt16BE(2, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}
