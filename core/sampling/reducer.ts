import type { SampledKind, TrafficTotals } from '../model/samples.js';
import type { Reading, StreamReading } from '../source.js';
import { type Growth, noGrowth, UNKNOWN_TOTALS } from './account.js';
import { growthOf, type StreamCounters } from './counters.js';
import { FIELD_PLANS, type FieldPlan, position } from './fields.js';
import { perSecond, ratio } from './rates.js';
import { STREAM_COUNTERS } from './stream-numbers.js';
import type { Subject } from './subject.js';
import type { Table } from './table.js';

const PACKETS = STREAM_COUNTERS.indexOf('packetCount');
const BYTES = STREAM_COUNTERS.indexOf('byteCount');
const LOST = STREAM_COUNTERS.indexOf('packetsLost');
const NACKS = STREAM_COUNTERS.indexOf('nackCount');
const PLIS = STREAM_COUNTERS.indexOf('pliCount');
const FIRS = STREAM_COUNTERS.indexOf('firCount');

/** Position of each of `STREAM_COUNTERS` in the rows of a kind; -1 where the kind has no such field. */
const COUNTER_POSITIONS = { producer: counterPositions('producer'), consumer: counterPositions('consumer') };

/** Positions in a row; producers and consumers share these. */
const RTP = {
  bitrate: position('consumer', 'bitrate'),
  fractionLost: position('consumer', 'fractionLost'),
  jitter: position('consumer', 'jitter'),
  roundTripTime: position('consumer', 'roundTripTime'),
  packetsPerSecond: position('consumer', 'packetsPerSecond'),
  lossRatio: position('consumer', 'lossRatio'),
  nacksPerSecond: position('consumer', 'nacksPerSecond'),
  plisPerSecond: position('consumer', 'plisPerSecond'),
  score: position('consumer', 'score'),
};
const WORKER = {
  user: position('worker', 'cpuUserMs'),
  system: position('worker', 'cpuSystemMs'),
  ratio: position('worker', 'cpuRatio'),
};
const TRANSPORT = {
  bytesReceived: position('transport', 'bytesReceived'),
  bytesSent: position('transport', 'bytesSent'),
  recvBitrate: position('transport', 'recvBitrate'),
  sendBitrate: position('transport', 'sendBitrate'),
};
const DATA_PRODUCER = {
  messages: position('dataProducer', 'messagesReceived'),
  bytes: position('dataProducer', 'bytesReceived'),
  messageRate: position('dataProducer', 'messagesPerSecond'),
  byteRate: position('dataProducer', 'bytesPerSecond'),
};
const DATA_CONSUMER = {
  messages: position('dataConsumer', 'messagesSent'),
  bytes: position('dataConsumer', 'bytesSent'),
  messageRate: position('dataConsumer', 'messagesPerSecond'),
  byteRate: position('dataConsumer', 'bytesPerSecond'),
};

const MOST_FIELDS = Math.max(...Object.values(FIELD_PLANS).map(({ names }) => names.length));

/**
 * Writes one reading into its row: counters made monotone, streams added up, rates made. Keeps nothing but scratch space, so a
 * reading costs no memory of its own.
 */
export class Reducer {
  readonly #byStream = new Float64Array(STREAM_COUNTERS.length);
  /** Growth of each counter of a row; `NaN` where it makes no rate. */
  readonly #byField = new Float64Array(MOST_FIELDS);
  readonly #growth = noGrowth();

  /** Returns what the totals grow by; valid until the next call. */
  reduce(subject: Subject, reading: Reading, table: Table): Growth {
    const growth = this.#growth;
    clear(growth);
    const elapsedMs = reading.timestamp - subject.timestamp;
    if (table.streams === null) this.#reduceValues(subject, reading, table, elapsedMs);
    else this.#reduceStreams(subject, reading, table, table.streams, elapsedMs);
    subject.timestamp = reading.timestamp;
    return growth;
  }

  #reduceStreams(subject: Subject, reading: Reading, table: Table, streams: StreamCounters, elapsedMs: number): void {
    const by = this.#byStream;
    const { slot } = subject;
    const values = table.row;
    table.values.read(slot, values);
    const continuous = streams.read(slot, reading.streams, by);
    const positions = COUNTER_POSITIONS[subject.kind as 'producer' | 'consumer'];
    for (let i = 0; i < by.length; i++) {
      if (positions[i]! >= 0) addTo(values, positions[i]!, by[i]!);
    }
    summarise(reading.streams, values);
    const isProducer = subject.kind === 'producer';
    overrideGauges(reading, table.plan, values);
    if (!isProducer && subject.node.kind === 'consumer' && subject.node.type === 'pipe') {
      // mediasoup reports a constant for pipe consumers.
      values[RTP.score] = Number.NaN;
    }
    const time = continuous ? elapsedMs : Number.NaN;
    values[RTP.packetsPerSecond] = perSecond(by[PACKETS]!, time);
    values[RTP.nacksPerSecond] = perSecond(by[NACKS]!, time);
    values[RTP.plisPerSecond] = perSecond(by[PLIS]! + by[FIRS]!, time);
    // What a producer lost never arrived; what a consumer lost had been sent.
    const expected = isProducer ? by[PACKETS]! + by[LOST]! : by[PACKETS]!;
    values[RTP.lossRatio] = time > 0 ? ratio(by[LOST]!, expected) : Number.NaN;
    streams.written(slot);
    table.values.write(slot, values);
    if (isProducer) {
      this.#growth.packetsReceived = orNone(by[PACKETS]!);
      this.#growth.packetsLostReceived = orNone(by[LOST]!);
    } else {
      this.#growth.packetsSent = orNone(by[PACKETS]!);
      this.#growth.packetsLostSent = orNone(by[LOST]!);
    }
  }

  #reduceValues(subject: Subject, reading: Reading, table: Table, elapsedMs: number): void {
    const { plan, raw } = table;
    const { slot } = subject;
    const values = table.row;
    table.values.read(slot, values);
    const told = reading.values as Readonly<Record<string, number | undefined>>;
    const by = this.#byField;
    for (let i = 0; i < plan.names.length; i++) {
      const now = told[plan.names[i]!] ?? Number.NaN;
      if (!plan.isCounter[i]!) {
        values[i] = now;
        continue;
      }
      by[i] = Number.NaN;
      if (Number.isNaN(now)) continue;
      const before = raw.get(slot, i);
      raw.set(slot, i, now);
      const growth = Number.isNaN(before) ? now : growthOf(now, before);
      addTo(values, i, growth);
      if (now >= before) by[i] = growth;
      this.#countBytes(subject.kind, i, growth);
    }
    this.#deriveRates(subject.kind, values, elapsedMs);
    table.values.write(slot, values);
  }

  #countBytes(kind: SampledKind, field: number, growth: number): void {
    if (kind !== 'transport') return;
    if (field === TRANSPORT.bytesReceived) this.#growth.bytesReceived = growth;
    else if (field === TRANSPORT.bytesSent) this.#growth.bytesSent = growth;
  }

  #deriveRates(kind: SampledKind, values: Float64Array, elapsedMs: number): void {
    const by = this.#byField;
    if (kind === 'worker') {
      values[WORKER.ratio] = perSecond(by[WORKER.user]! + by[WORKER.system]!, elapsedMs) / 1000;
      return;
    }
    if (kind !== 'dataProducer' && kind !== 'dataConsumer') return;
    const at = kind === 'dataProducer' ? DATA_PRODUCER : DATA_CONSUMER;
    values[at.messageRate] = perSecond(by[at.messages]!, elapsedMs);
    values[at.byteRate] = perSecond(by[at.bytes]!, elapsedMs);
  }
}

/** What an entity has added to the totals so far, from its row. */
export function contribution(subject: Subject, table: Table): Growth {
  const growth = noGrowth();
  const value = (field: number): number => orNone(table.values.get(subject.slot, field));
  if (subject.kind === 'transport') {
    growth.bytesReceived = value(TRANSPORT.bytesReceived);
    growth.bytesSent = value(TRANSPORT.bytesSent);
  } else if (subject.kind === 'producer') {
    growth.packetsReceived = value(COUNTER_POSITIONS.producer[PACKETS]!);
    growth.packetsLostReceived = value(COUNTER_POSITIONS.producer[LOST]!);
  } else if (subject.kind === 'consumer') {
    growth.packetsSent = value(COUNTER_POSITIONS.consumer[PACKETS]!);
    growth.packetsLostSent = value(COUNTER_POSITIONS.consumer[LOST]!);
  }
  return growth;
}

/** Totals of a single producer, consumer, data producer or data consumer that was sampled before. */
export function entityTotals(subject: Subject, table: Table): TrafficTotals {
  const value = (field: number): number => table.values.get(subject.slot, field);
  switch (subject.kind) {
    case 'producer': {
      const at = COUNTER_POSITIONS.producer;
      return {
        ...UNKNOWN_TOTALS,
        bytesReceived: value(at[BYTES]!),
        packetsReceived: value(at[PACKETS]!),
        packetsLostReceived: value(at[LOST]!),
        recvBitrate: subject.known ? value(RTP.bitrate) : Number.NaN,
      };
    }
    case 'consumer': {
      const at = COUNTER_POSITIONS.consumer;
      return {
        ...UNKNOWN_TOTALS,
        bytesSent: value(at[BYTES]!),
        packetsSent: value(at[PACKETS]!),
        packetsLostSent: value(at[LOST]!),
        sendBitrate: subject.known ? value(RTP.bitrate) : Number.NaN,
      };
    }
    case 'dataProducer':
      return { ...UNKNOWN_TOTALS, bytesReceived: value(DATA_PRODUCER.bytes) };
    case 'dataConsumer':
      return { ...UNKNOWN_TOTALS, bytesSent: value(DATA_CONSUMER.bytes) };
    default:
      return UNKNOWN_TOTALS;
  }
}

/** Bit rates of a transport's newest sample. */
export function transportBitrates(subject: Subject, table: Table): { readonly recv: number; readonly send: number } {
  const { values } = table;
  return {
    recv: values.get(subject.slot, TRANSPORT.recvBitrate),
    send: values.get(subject.slot, TRANSPORT.sendBitrate),
  };
}

/** The bit rate is the sum of the streams'; of the others the worst stream speaks, and for the score the best. */
function summarise(streams: readonly StreamReading[], values: Float64Array): void {
  let bitrate = streams.length === 0 ? 0 : Number.NaN;
  let fractionLost = Number.NaN;
  let jitter = Number.NaN;
  let roundTripTime = Number.NaN;
  let score = Number.NaN;
  for (const stream of streams) {
    bitrate = Number.isNaN(bitrate) ? stream.bitrate : bitrate + orNone(stream.bitrate);
    fractionLost = higher(fractionLost, stream.fractionLost);
    jitter = higher(jitter, stream.jitter);
    roundTripTime = higher(roundTripTime, stream.roundTripTime);
    score = higher(score, stream.score);
  }
  values[RTP.bitrate] = bitrate;
  values[RTP.fractionLost] = fractionLost;
  values[RTP.jitter] = jitter;
  values[RTP.roundTripTime] = roundTripTime;
  values[RTP.score] = score;
}

/** What the source tells of the entity as a whole is better than our summary of its streams. */
function overrideGauges(reading: Reading, plan: FieldPlan, values: Float64Array): void {
  const { index, isCounter } = plan;
  for (const name in reading.values) {
    const i = index[name];
    if (i !== undefined && !isCounter[i]!) {
      values[i] = (reading.values as Readonly<Record<string, number>>)[name]!;
    }
  }
}

function addTo(values: Float64Array, field: number, growth: number): void {
  if (Number.isNaN(growth)) return;
  const before = values[field]!;
  values[field] = Number.isNaN(before) ? growth : before + growth;
}

function higher(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a;
}

function orNone(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function clear(growth: Growth): void {
  growth.bytesReceived = 0;
  growth.bytesSent = 0;
  growth.packetsReceived = 0;
  growth.packetsSent = 0;
  growth.packetsLostReceived = 0;
  growth.packetsLostSent = 0;
}

function counterPositions(kind: 'producer' | 'consumer'): readonly number[] {
  return STREAM_COUNTERS.map((name) => FIELD_PLANS[kind].index[name] ?? -1);
}
