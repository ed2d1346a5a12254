/** What the demo's endpoints understand of RTCP (RFC 3550 §6, RFC 4585 for feedback). */
export type RtcpPart =
  | { readonly type: 'senderReport'; readonly ssrc: number; readonly ntpMiddle: number }
  | { readonly type: 'keyFrameRequest'; readonly mediaSsrc: number }
  | { readonly type: 'nack'; readonly mediaSsrc: number; readonly sequenceNumbers: readonly number[] };

const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const TRANSPORT_FEEDBACK = 205;
const PAYLOAD_FEEDBACK = 206;

const NTP_EPOCH_OFFSET_S = 2_208_988_800;

/** Every part of a compound packet that this demo understands; the rest is passed over. Stops at the first malformed part. */
export function readRtcp(packet: Buffer): RtcpPart[] {
  const parts: RtcpPart[] = [];
  let offset = 0;
  while (offset + 8 <= packet.length) {
    const length = (packet.readUInt16BE(offset + 2) + 1) * 4;
    if (offset + length > packet.length) break;
    readPart(packet.subarray(offset, offset + length), parts);
    offset += length;
  }
  return parts;
}

function readPart(part: Buffer, parts: RtcpPart[]): void {
  const format = (part[0] ?? 0) & 0x1f;
  const ssrc = part.readUInt32BE(4);
  switch (part.readUInt8(1)) {
    case SENDER_REPORT:
      if (part.length >= 20) parts.push({ type: 'senderReport', ssrc, ntpMiddle: part.readUInt32BE(10) });
      break;
    case PAYLOAD_FEEDBACK:
      if (format === 1 && part.length >= 12) parts.push({ type: 'keyFrameRequest', mediaSsrc: part.readUInt32BE(8) });
      // A full intra request names its streams in the entries behind the (unused) media ssrc.
      if (format === 4) {
        for (let at = 12; at + 8 <= part.length; at += 8) {
          parts.push({ type: 'keyFrameRequest', mediaSsrc: part.readUInt32BE(at) });
        }
      }
      break;
    case TRANSPORT_FEEDBACK:
      if (format === 1 && part.length >= 16) {
        parts.push({
          type: 'nack',
          mediaSsrc: part.readUInt32BE(8),
          sequenceNumbers: readNackItems(part.subarray(12)),
        });
      }
      break;
  }
}

function readNackItems(items: Buffer): number[] {
  const lost: number[] = [];
  for (let at = 0; at + 4 <= items.length; at += 4) {
    const first = items.readUInt16BE(at);
    const mask = items.readUInt16BE(at + 2);
    lost.push(first);
    for (let bit = 0; bit < 16; bit++) {
      if ((mask & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
    }
  }
  return lost;
}

export interface SenderReport {
  readonly ssrc: number;
  /** Wall time in ms, and the RTP timestamp of the same moment. */
  readonly wallMs: number;
  readonly rtpTimestamp: number;
  readonly packets: number;
  readonly bytes: number;
}

export function writeSenderReport(report: SenderReport): Buffer {
  const packet = Buffer.alloc(28);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(SENDER_REPORT, 1);
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(report.ssrc, 4);
  packet.writeUInt32BE((Math.floor(report.wallMs / 1000) + NTP_EPOCH_OFFSET_S) >>> 0, 8);
  packet.writeUInt32BE(Math.floor(((report.wallMs % 1000) / 1000) * 4_294_967_296) >>> 0, 12);
  packet.writeUInt32BE(report.rtpTimestamp >>> 0, 16);
  packet.writeUInt32BE(report.packets >>> 0, 20);
  packet.writeUInt32BE(report.bytes >>> 0, 24);
  return packet;
}

export interface ReceptionReport {
  readonly ssrc: number;
  /** Share lost since the last report, 0–1. */
  readonly fractionLost: number;
  readonly packetsLost: number;
  readonly highestSequence: number;
  /** In RTP timestamp units. */
  readonly jitter: number;
  /** `ntpMiddle` of the last sender report, 0 if there was none, and the ms since it came. */
  readonly lastSenderReport: number;
  readonly msSinceSenderReport: number;
}

/** At most 31 reports fit into one packet (RFC 3550 §6.4.2). */
export function writeReceiverReport(ssrc: number, reports: readonly ReceptionReport[]): Buffer {
  const packet = Buffer.alloc(8 + reports.length * 24);
  packet.writeUInt8(0x80 | reports.length, 0);
  packet.writeUInt8(RECEIVER_REPORT, 1);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(ssrc, 4);
  for (const [index, report] of reports.entries()) {
    const at = 8 + index * 24;
    packet.writeUInt32BE(report.ssrc, at);
    packet.writeUInt8(Math.min(255, Math.floor(report.fractionLost * 256)), at + 4);
    packet.writeIntBE(Math.min(report.packetsLost, 0x7fffff), at + 5, 3);
    packet.writeUInt32BE(report.highestSequence >>> 0, at + 8);
    packet.writeUInt32BE(report.jitter >>> 0, at + 12);
    packet.writeUInt32BE(report.lastSenderReport, at + 16);
    packet.writeUInt32BE(Math.round((report.msSinceSenderReport / 1000) * 65_536) >>> 0, at + 20);
  }
  return packet;
}
