import type { ExecutionResult } from 'graphql';
import type { SharedResult } from './execution-result.js';
import { formatResult } from './format-result.js';
import type { MaskError } from './mask-error.js';

/** FIN and the opcode of text: RFC 6455, 5.2. */
const WHOLE_TEXT = 0x81;
const MOST_SHORT = 125;
const MOST_MEDIUM = 65_535;

/** Payloads up to this many bytes are copied behind their envelope: one write is cheaper than two. */
const COPIED = 16_384;

/** What stands before the payload in each `next` message of one operation. */
export function nextEnvelope(id: string): Buffer {
  return Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
}

/** Makes WebSocket frames of `next` messages. The payload is made once for all who are sent the same result. */
export class NextFrames {
  readonly #payloads = new WeakMap<ExecutionResult, Buffer>();
  readonly #mask: MaskError;

  constructor(mask: MaskError) {
    this.#mask = mask;
  }

  /** The frame, in one piece or two. */
  frame(envelope: Buffer, result: ExecutionResult): readonly [Buffer] | readonly [Buffer, Buffer] {
    const payload = this.#payloadOf(result);
    const length = envelope.length + payload.length;
    const headLength = length <= MOST_SHORT ? 2 : length <= MOST_MEDIUM ? 4 : 10;
    const copies = payload.length <= COPIED;
    const first = Buffer.allocUnsafe(headLength + (copies ? length : envelope.length));
    writeHead(first, length);
    envelope.copy(first, headLength);
    if (!copies) return [first, payload];
    payload.copy(first, headLength + envelope.length);
    return [first];
  }

  #payloadOf(result: ExecutionResult): Buffer {
    const known = this.#payloads.get(result);
    if (known !== undefined) return known;
    const text = (result as SharedResult).stringify?.() ?? JSON.stringify(formatResult(result, this.#mask));
    // With the end of the message.
    const payload = Buffer.from(`${text}}`);
    this.#payloads.set(result, payload);
    return payload;
  }
}

function writeHead(frame: Buffer, length: number): void {
  frame[0] = WHOLE_TEXT;
  if (length <= MOST_SHORT) {
    frame[1] = length;
  } else if (length <= MOST_MEDIUM) {
    frame[1] = MOST_SHORT + 1;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = MOST_SHORT + 2;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}
