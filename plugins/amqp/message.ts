import type { SfuRecord, SinkCodec } from '../../core/index.js';
import { gelf } from './gelf.js';
import type { AmqpOptions } from './options.js';
import { RoutingKeys } from './routing-key.js';

/** What is published of one record. */
export interface AmqpMessage {
  /** That of the record: what a consumer leaves duplicates out by. */
  readonly id: string;
  readonly key: string;
  readonly type: string;
  /** Seconds since the epoch, as AMQP has its timestamps. */
  readonly timestamp: number;
  readonly isDurable: boolean;
  readonly body: Buffer;
}

/** Bytes of a message besides its body, by estimate. */
const OVERHEAD_BYTES = 200;
const NEW_LINE = 10;

/** Makes messages of records. Throws for one that is too large or cannot be written as JSON. */
export class MessageMaker {
  readonly #options: Pick<AmqpOptions, 'format' | 'maxMessageBytes'>;
  readonly #keys: RoutingKeys;

  constructor(options: Pick<AmqpOptions, 'format' | 'maxMessageBytes' | 'routingPrefix'>) {
    this.#options = options;
    this.#keys = new RoutingKeys(options.routingPrefix);
  }

  of(record: SfuRecord): AmqpMessage {
    const { format, maxMessageBytes } = this.#options;
    const { id, node, type, time } = record;
    const body = Buffer.from(JSON.stringify(format === 'gelf' ? gelf(record) : record));
    if (body.length > maxMessageBytes) {
      throw new Error(`a record ${type} is larger than maxMessageBytes (${maxMessageBytes})`);
    }
    const timestamp = Math.floor(Date.parse(time) / 1_000);
    return { id, key: this.#keys.of(node, type), type, timestamp, isDurable: record.class === 'durable', body };
  }
}

export function messageBytes({ body }: AmqpMessage): number {
  return body.length + OVERHEAD_BYTES;
}

/** On disk: a line of JSON with everything but the body, then the body. */
export const messageCodec: SinkCodec<AmqpMessage> = {
  encode: ({ body, id, key, type, timestamp, isDurable }) =>
    Buffer.concat([Buffer.from(`${JSON.stringify({ id, key, type, timestamp, isDurable })}\n`), body]),
  decode: (stored) => {
    const bytes =
      typeof stored === 'string' ? Buffer.from(stored) : Buffer.from(stored.buffer, stored.byteOffset, stored.length);
    const end = bytes.indexOf(NEW_LINE);
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<AmqpMessage, 'body'>;
    if (end < 0 || typeof head.id !== 'string' || typeof head.key !== 'string') throw new Error('not a message');
    return { ...head, body: bytes.subarray(end + 1) };
  },
};
