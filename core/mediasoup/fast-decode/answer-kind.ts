import type { TransportType } from '../../model/entity.js';
import type { Reading } from '../../source.js';
import type { FlatTable } from './flat-table.js';
import { RtpDecoder } from './rtp-decoder.js';
import { TransportDecoder } from './transport-decoder.js';

/** The answers that are decoded here; what else there is stays with mediasoup. */
export type AnswerKind = 'producer' | 'consumer' | TransportType;

/** One decoder of each sort, on the same table. Their readings are used again for the next answer. */
export interface Decoders {
  readonly rtp: RtpDecoder;
  readonly transport: TransportDecoder;
}

/** An entity whose answer can be decoded here. */
export interface Decodable {
  readonly answerKind: AnswerKind;
  /** Decodes the answer at whose body the decoders stand. Throws `RangeError` when it is none. */
  decode(decoders: Decoders): Reading;
}

export function decodersOn(table: FlatTable): Decoders {
  return { rtp: new RtpDecoder(table), transport: new TransportDecoder(table) };
}
