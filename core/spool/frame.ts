import { crc32 } from 'node:zlib';

/** How the bytes of a record came to be: text in UTF-8, bytes as they are, or JSON. */
const FRAME_KINDS = ['text', 'bytes', 'json'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/** One record as it stands in a file. */
export interface Frame {
  /** Counts up within one run of one process. */
  readonly order: number;
  /** Wall time of arrival, in ms. */
  readonly at: number;
  readonly kind: FrameKind;
  readonly bytes: Uint8Array;
}

/** magic u32, crc32 u32 of all that follows, length of the bytes u32, order u48, time u48, kind u8; big-endian. */
export const FRAME_HEADER_BYTES = 25;
const MAGIC = Buffer.from([0x9f, 0x53, 0x50, 0x4c]);
const CRC_FROM = 8;

/** Writes frames one after another into one piece of memory. */
export function encodeFrames(frames: readonly Frame[]): Buffer {
  const size = frames.reduce((sum, { bytes }) => sum + FRAME_HEADER_BYTES + bytes.byteLength, 0);
  const target = Buffer.allocUnsafe(size);
  let at = 0;
  for (const frame of frames) {
    const end = at + FRAME_HEADER_BYTES + frame.bytes.byteLength;
    target.set(MAGIC, at);
    target.writeUInt32BE(frame.bytes.byteLength, at + 8);
    target.writeUIntBE(frame.order, at + 12, 6);
    target.writeUIntBE(Math.max(0, Math.trunc(frame.at)), at + 18, 6);
    target.writeUInt8(FRAME_KINDS.indexOf(frame.kind), at + 24);
    target.set(frame.bytes, at + FRAME_HEADER_BYTES);
    target.writeUInt32BE(crc32(target.subarray(at + CRC_FROM, end)), at + 4);
    at = end;
  }
  return target;
}

/**
 * The frame that begins here, with its bytes as a view; `short` when more bytes are needed to tell, and `damaged` when
 * none begins here, or not as it was written.
 */
export function frameAt(
  source: Buffer,
  at: number,
): { readonly frame: Frame; readonly end: number } | 'short' | 'damaged' {
  if (source.length - at < FRAME_HEADER_BYTES) return 'short';
  if (MAGIC.compare(source, at, at + MAGIC.length) !== 0) return 'damaged';
  const end = at + FRAME_HEADER_BYTES + source.readUInt32BE(at + 8);
  if (end > source.length) return 'short';
  if (source.readUInt32BE(at + 4) !== crc32(source.subarray(at + CRC_FROM, end))) return 'damaged';
  const kind = FRAME_KINDS[source.readUInt8(at + 24)];
  if (kind === undefined) return 'damaged';
  const bytes = source.subarray(at + FRAME_HEADER_BYTES, end);
  return { frame: { order: source.readUIntBE(at + 12, 6), at: source.readUIntBE(at + 18, 6), kind, bytes }, end };
}

/** Where the next sound frame begins, from here on; the length of the source when there is none. */
export function nextFrame(source: Buffer, from: number): number {
  for (let at = source.indexOf(MAGIC, from); at >= 0; at = source.indexOf(MAGIC, at + 1)) {
    if (typeof frameAt(source, at) === 'object') return at;
  }
  return source.length;
}
