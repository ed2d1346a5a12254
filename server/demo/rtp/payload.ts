/** Bytes of a coded frame as far as an SFU looks at them; what follows the headers is filler. */
const FILLER = Buffer.alloc(1_400, 0x55);

/** An Opus packet of `bytes` bytes; its content does not matter to an SFU. */
export function opusPayload(bytes: number): Buffer {
  return FILLER.subarray(0, bytes);
}

/** Header extension value of RFC 6464: voice flag and level, 0 (loudest) to 127 (silence), in -dBov. */
export function audioLevel(level: number, voice: boolean): Uint8Array {
  return Uint8Array.of((voice ? 0x80 : 0) | (level & 0x7f));
}

export interface Vp8Frame {
  readonly keyFrame: boolean;
  readonly pictureId: number;
  readonly tl0PictureIndex: number;
  readonly temporalLayer: number;
}

/** One VP8 packet holding a whole frame: payload descriptor (RFC 7741 §4.2), then payload header and filler. */
export function vp8Payload(frame: Vp8Frame, bytes: number): Buffer {
  const payload = Buffer.from(FILLER.subarray(0, Math.max(bytes, 10)));
  // X=1, S=1 (start of partition 0), then I, L, T and K present.
  payload[0] = 0x90;
  payload[1] = 0xf0;
  payload.writeUInt16BE(0x8000 | (frame.pictureId & 0x7fff), 2);
  payload[4] = frame.tl0PictureIndex & 0xff;
  // Y=1 above the base layer: decodes without the frames of its own layer.
  payload[5] = (frame.temporalLayer << 6) | (frame.temporalLayer > 0 ? 0x20 : 0);
  // P=0 marks a key frame in the payload header.
  payload[6] = frame.keyFrame ? 0x10 : 0x11;
  return payload;
}
