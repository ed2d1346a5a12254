import type { TransportType } from '../../model/entity.js';
import type { FieldOf } from '../../model/samples.js';
import type { Reading } from '../../source.js';
import type { TupleShape } from '../shapes.js';
import type { FlatTable } from './flat-table.js';

/** Number of the field `base` of the tables `GetStatsResponse`, the same for every type of transport. */
const BASE = 4;
const TIMESTAMP = 6;

/** Fields of the table `Stats` of a transport: 64-bit numbers, left out when they are 0. */
const COUNTS = {
  bytesReceived: 10,
  recvBitrate: 12,
  bytesSent: 14,
  sendBitrate: 16,
  rtpBytesReceived: 18,
  rtpRecvBitrate: 20,
  rtpBytesSent: 22,
  rtpSendBitrate: 24,
  rtxBytesReceived: 26,
  rtxRecvBitrate: 28,
  rtxBytesSent: 30,
  rtxSendBitrate: 32,
  probationBytesSent: 34,
  probationSendBitrate: 36,
} as const satisfies { [F in FieldOf<'transport'>]?: number };

/** The same, but unknown when they are left out. */
const BITRATES = {
  availableOutgoingBitrate: 38,
  availableIncomingBitrate: 40,
  maxIncomingBitrate: 42,
  maxOutgoingBitrate: 44,
  minOutgoingBitrate: 46,
} as const satisfies { [F in FieldOf<'transport'>]?: number };

const LOSSES = { rtpPacketLossReceived: 48, rtpPacketLossSent: 50 } as const;

/** Fields of a transport's address pairs, where its type has them and they may change unseen. */
const TUPLES: Partial<Record<TransportType, { readonly tuple: number; readonly rtcpTuple?: number }>> = {
  plain: { tuple: 10, rtcpTuple: 12 },
  pipe: { tuple: 6 },
};
const TUPLE = { localAddress: 4, localPort: 6, remoteIp: 8, remotePort: 10, protocol: 12 } as const;
/** Names of the numbers of `Protocol`; mediasoup counts from 1 and leaves a 1 out. */
const PROTOCOLS = { 1: 'udp', 2: 'tcp' } as const;

const COUNT_ENTRIES = Object.entries(COUNTS) as [keyof typeof COUNTS, number][];
const BITRATE_ENTRIES = Object.entries(BITRATES) as [keyof typeof BITRATES, number][];
const LOSS_ENTRIES = Object.entries(LOSSES) as [keyof typeof LOSSES, number][];

export interface TransportAnswer {
  readonly reading: Reading<'transport'>;
  readonly tuple: TupleShape | null;
  readonly rtcpTuple: TupleShape | null;
}

/** Decodes the answers of transports. */
export class TransportDecoder {
  readonly #table: FlatTable;
  readonly #text = new TextDecoder();

  constructor(table: FlatTable) {
    this.#table = table;
  }

  /** `table` stands at the body of the answer. Throws `RangeError` for what is no such answer. */
  read(type: TransportType): TransportAnswer {
    const table = this.#table;
    const base = table.child(BASE);
    if (base === 0) throw new RangeError('an answer without statistics');
    const at = TUPLES[type];
    const tuple = at === undefined ? 0 : table.child(at.tuple);
    const rtcpTuple = at?.rtcpTuple === undefined ? 0 : table.child(at.rtcpTuple);
    const values: { [F in FieldOf<'transport'>]?: number } = {};
    table.enter(base);
    for (const [field, number] of COUNT_ENTRIES) values[field] = table.uint64(number);
    for (const [field, number] of BITRATE_ENTRIES) if (table.has(number)) values[field] = table.uint64(number);
    for (const [field, number] of LOSS_ENTRIES) if (table.has(number)) values[field] = table.float64(number);
    const reading = { timestamp: table.uint64(TIMESTAMP), values, streams: [] };
    return { reading, tuple: this.#readTuple(tuple), rtcpTuple: this.#readTuple(rtcpTuple) };
  }

  #readTuple(position: number): TupleShape | null {
    if (position === 0) return null;
    const table = this.#table;
    table.enter(position);
    const [localAddress, remoteIp] = [table.text(TUPLE.localAddress), table.text(TUPLE.remoteIp)];
    const protocol = table.has(TUPLE.protocol) ? table.uint8(TUPLE.protocol) : 1;
    if (localAddress === null || (protocol !== 1 && protocol !== 2)) {
      throw new RangeError('an answer with a broken address pair');
    }
    return {
      localAddress: this.#text.decode(localAddress),
      localPort: table.uint16(TUPLE.localPort),
      remoteIp: remoteIp === null ? undefined : this.#text.decode(remoteIp),
      remotePort: table.uint16(TUPLE.remotePort),
      protocol: PROTOCOLS[protocol],
    };
  }
}
