import type { TrafficTotals } from '../model/samples.js';

/** What one sample of one entity adds to the accounts it belongs to. Reused from sample to sample. */
export interface Growth {
  bytesReceived: number;
  bytesSent: number;
  packetsReceived: number;
  packetsSent: number;
  packetsLostReceived: number;
  packetsLostSent: number;
}

export function noGrowth(): Growth {
  return {
    bytesReceived: 0,
    bytesSent: 0,
    packetsReceived: 0,
    packetsSent: 0,
    packetsLostReceived: 0,
    packetsLostSent: 0,
  };
}

/**
 * Running totals of one scope. Only growth is added, so what closed entities moved stays. The bit rates are the sum over the
 * open transports whose bit rate is known.
 */
export class Account {
  /** The scope around it, which gets whatever this one gets. */
  readonly parent: Account | null;
  /** Of a room or a peer; `null` for the other scopes. */
  readonly name: string | null;
  #sums = noGrowth();
  #recvBitrate = 0;
  #sendBitrate = 0;
  #transports = 0;
  #ratedTransports = 0;
  #counted = false;

  constructor(parent: Account | null, name: string | null = null) {
    this.parent = parent;
    this.name = name;
  }

  /** Adds to this account and to all around it. */
  add(growth: Growth): void {
    const sums = this.#sums;
    sums.bytesReceived += growth.bytesReceived;
    sums.bytesSent += growth.bytesSent;
    sums.packetsReceived += growth.packetsReceived;
    sums.packetsSent += growth.packetsSent;
    sums.packetsLostReceived += growth.packetsLostReceived;
    sums.packetsLostSent += growth.packetsLostSent;
    this.#counted = true;
    this.parent?.add(growth);
  }

  /** Takes back what was added by mistake: the entity turned out to belong elsewhere. */
  subtract(growth: Growth): void {
    const sums = this.#sums;
    for (const name of GROWTH_NAMES) sums[name] = Math.max(0, sums[name] - growth[name]);
  }

  /** Counts one transport in or out, here and in all accounts around it. */
  countTransport(by: 1 | -1): void {
    this.#transports += by;
    this.parent?.countTransport(by);
  }

  /** Changes the sums of bit rates, and the number of transports they are of, here and in all accounts around it. */
  rate(recv: number, send: number, transports: number): void {
    this.#recvBitrate += recv;
    this.#sendBitrate += send;
    this.#ratedTransports += transports;
    this.parent?.rate(recv, send, transports);
  }

  /** Bytes are unknown while there are transports and none was sampled; bit rates while none of the open ones is known. */
  totals(producersWanted: boolean, consumersWanted: boolean): TrafficTotals {
    const sums = this.#sums;
    const bytesKnown = this.#counted || this.#transports === 0;
    const ratesKnown = this.#ratedTransports > 0 || this.#transports === 0;
    return {
      bytesReceived: known(bytesKnown, sums.bytesReceived),
      bytesSent: known(bytesKnown, sums.bytesSent),
      packetsReceived: known(producersWanted, sums.packetsReceived),
      packetsSent: known(consumersWanted, sums.packetsSent),
      packetsLostReceived: known(producersWanted, sums.packetsLostReceived),
      packetsLostSent: known(consumersWanted, sums.packetsLostSent),
      recvBitrate: known(ratesKnown, this.#recvBitrate),
      sendBitrate: known(ratesKnown, this.#sendBitrate),
    };
  }
}

const GROWTH_NAMES = Object.keys(noGrowth()) as readonly (keyof Growth)[];

function known(isKnown: boolean, value: number): number {
  return isKnown ? value : Number.NaN;
}

/** Totals of which nothing is known. */
export const UNKNOWN_TOTALS: TrafficTotals = {
  bytesReceived: Number.NaN,
  bytesSent: Number.NaN,
  packetsReceived: Number.NaN,
  packetsSent: Number.NaN,
  packetsLostReceived: Number.NaN,
  packetsLostSent: Number.NaN,
  recvBitrate: Number.NaN,
  sendBitrate: Number.NaN,
};
