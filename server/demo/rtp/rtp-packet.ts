export interface RtpHeader {
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly marker: boolean;
  /** One-byte header extensions (RFC 8285) by id 1–14; each value 1–16 bytes. */
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
}

const FIXED_HEADER_BYTES = 12;

/** An RTP packet (RFC 3550 §5.1) as bytes. */
export function writeRtp(header: RtpHeader, payload: Uint8Array): Buffer {
  const extension = header.extensions === undefined ? undefined : writeExtensions(header.extensions);
  const packet = Buffer.alloc(FIXED_HEADER_BYTES + (extension?.length ?? 0) + payload.length);
  packet[0] = 0x80 | (extension === undefined ? 0 : 0x10);
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  packet.writeUInt16BE(header.sequenceNumber & 0xffff, 2);
  packet.writeUInt32BE(header.timestamp >>> 0, 4);
  packet.writeUInt32BE(header.ssrc >>> 0, 8);
  extension?.copy(packet, FIXED_HEADER_BYTES);
  packet.set(payload, FIXED_HEADER_BYTES + (extension?.length ?? 0));
  return packet;
}

function writeExtensions(extensions: ReadonlyMap<number, Uint8Array>): Buffer {
  const elements = [...extensions].map(([id, value]) => Buffer.from([(id << 4) | (value.length - 1), ...value]));
  const length = elements.reduce((sum, element) => sum + element.length, 0);
  const words = Math.ceil(length / 4);
  const bytes = Buffer.alloc(4 + words * 4);
  bytes.writeUInt16BE(0xbede, 0);
  bytes.writeUInt16BE(words, 2);
  Buffer.concat(elements).copy(bytes, 4);
  return bytes;
}

/** RTP and RTCP share one port: RTCP's packet types lie in 192–223 (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1];
  return packet.length >= 8 && type !== undefined && type >= 192 && type <= 223;
}

/** Sequence number and ssrc; undefined for what is too short to be RTP. */
export function readRtp(packet: Buffer): { readonly sequenceNumber: number; readonly ssrc: number } | undefined {
  if (packet.length < FIXED_HEADER_BYTES) return undefined;
  return { sequenceNumber: packet.readUInt16BE(2), ssrc: packet.readUInt32BE(8) };
}
