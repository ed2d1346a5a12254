import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const lib = dirname(require.resolve('mediasoup'));
const fbs = (name: string) => require(join(lib, 'fbs', `${name}.js`));
const flatbuffers = createRequire(join(lib, 'index.js'))('flatbuffers');

const { Body: MessageBody, Message } = fbs('message');
const { Body, ResponseT } = fbs('response');
const { NotificationT, Body: NotificationBody, Event } = fbs('notification');
const { Method, Request } = fbs('request');
const { BaseStatsT, RecvStatsT, SendStatsT, StatsT, StatsData } = fbs('rtp-stream');
const {
  ConsumeResponseT,
  DumpT,
  ProduceResponseT,
  RecvRtpHeaderExtensionsT,
  RtpListenerT,
  StatsT: TransportStatsT,
  TupleT,
} = fbs('transport');
const consumer = fbs('consumer');
const producer = fbs('producer');
const plain = fbs('plain-transport');
const worker = fbs('worker');

/** What a template has where an answer is filled in. */
const ID = 0xa1b2c3d4;
const PACKETS = 0x1122334455667788n;
const MOMENT = 0x2233445566778899n;
const PACKETS_PER_SECOND = 50;

/** The place in a message that a request says, and what is asked. */
export interface Asked {
  readonly id: number;
  readonly method: number;
}

/** What the bytes of a message ask for. They are mediasoup's, without the four bytes of their length. */
export function readRequest(bytes: Uint8Array): Asked | null {
  const message = Message.getRootAsMessage(new flatbuffers.ByteBuffer(bytes));
  if (message.dataType() !== MessageBody.Request) return null;
  const request = message.data(new Request());
  return { id: request.id(), method: request.method() };
}

/** The notification by which a worker tells that it runs. */
export function running(): Uint8Array {
  const told = new NotificationT(String(process.pid), Event.WORKER_RUNNING, NotificationBody.NONE, null);
  return packed(MessageBody.Notification, told);
}

/** Answers made once for each method; only their ids, packet counts and times are filled in. */
export class Answers {
  readonly #templates = new Map<number, Template>();

  to({ id, method }: Asked): Uint8Array {
    let template = this.#templates.get(method);
    if (template === undefined) {
      template = new Template(bodyOf(method));
      this.#templates.set(method, template);
    }
    return template.filled(id);
  }
}

type Packable = { pack(builder: unknown): number };

class Template {
  readonly #bytes: Buffer;
  readonly #id: number;
  readonly #packets: readonly number[];
  readonly #moments: readonly number[];

  constructor([type, body]: readonly [number, Packable | null]) {
    this.#bytes = Buffer.from(packed(MessageBody.Response, new ResponseT(ID, true, type, body, null, null)));
    const long = (value: bigint): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value);
      return bytes;
    };
    const id = Buffer.alloc(4);
    id.writeUInt32LE(ID);
    this.#id = this.#bytes.indexOf(id);
    this.#packets = this.#places(long(PACKETS));
    this.#moments = this.#places(long(MOMENT));
  }

  filled(id: number): Uint8Array {
    const bytes = Buffer.from(this.#bytes);
    const now = performance.now();
    bytes.writeUInt32LE(id, this.#id);
    for (const at of this.#packets) bytes.writeBigUInt64LE(BigInt(Math.floor((now / 1_000) * PACKETS_PER_SECOND)), at);
    for (const at of this.#moments) bytes.writeBigUInt64LE(BigInt(Math.floor(now)), at);
    return bytes;
  }

  #places(marker: Buffer): number[] {
    const places: number[] = [];
    for (let at = this.#bytes.indexOf(marker); at >= 0; at = this.#bytes.indexOf(marker, at + 1)) places.push(at);
    return places;
  }
}

function packed(type: number, data: Packable): Uint8Array {
  const builder = new flatbuffers.Builder(1_024);
  builder.finishSizePrefixed(Message.createMessage(builder, type, data.pack(builder)));
  return builder.asUint8Array();
}

function bodyOf(method: number): readonly [number, Packable | null] {
  switch (method) {
    case Method.WORKER_GET_RESOURCE_USAGE:
      return [Body.Worker_ResourceUsageResponse, new worker.ResourceUsageResponseT()];
    case Method.ROUTER_CREATE_PLAINTRANSPORT:
      return [Body.PlainTransport_DumpResponse, transportDump()];
    case Method.PLAINTRANSPORT_CONNECT:
      return [Body.PlainTransport_ConnectResponse, new plain.ConnectResponseT(tuple(), null, null)];
    case Method.TRANSPORT_PRODUCE:
      return [Body.Transport_ProduceResponse, new ProduceResponseT()];
    case Method.TRANSPORT_CONSUME:
      return [
        Body.Transport_ConsumeResponse,
        new ConsumeResponseT(false, false, new consumer.ConsumerScoreT(10, 10, [10]), null),
      ];
    case Method.TRANSPORT_GET_STATS:
      return [
        Body.PlainTransport_GetStatsResponse,
        new plain.GetStatsResponseT(transportStats(), true, false, tuple(), null),
      ];
    case Method.PRODUCER_GET_STATS:
      return [Body.Producer_GetStatsResponse, new producer.GetStatsResponseT([received()])];
    case Method.CONSUMER_GET_STATS:
      return [Body.Consumer_GetStatsResponse, new consumer.GetStatsResponseT([sent(), received()])];
    default:
      return [Body.NONE, null];
  }
}

function tuple(): unknown {
  return new TupleT('127.0.0.1', 40_000, '127.0.0.1', 9);
}

function transportDump(): Packable {
  const listener = new RtpListenerT([], [], []);
  const base = new DumpT(
    'stand-in',
    false,
    [],
    [],
    [],
    [],
    [],
    [],
    new RecvRtpHeaderExtensionsT(),
    listener,
    262_144,
    262_144,
  );
  return new plain.DumpResponseT(base, true, false, tuple(), null, null);
}

function transportStats(): unknown {
  return new TransportStatsT('stand-in', MOMENT, null, PACKETS, 40_000n, PACKETS, 40_000n);
}

/** Fields as a worker has them for an audio stream without loss. */
function base(): unknown {
  const stats = new BaseStatsT(
    MOMENT,
    77,
    0,
    'audio/opus',
    1,
    1,
    4,
    1n,
    1n,
    1n,
    1n,
    1n,
    1n,
    1n,
    null,
    null,
    1n,
    20,
    10,
  );
  return new StatsT(StatsData.BaseStats, stats);
}

function sent(): unknown {
  return new StatsT(StatsData.SendStats, new SendStatsT(base(), PACKETS, PACKETS, 40_000n));
}

function received(): unknown {
  return new StatsT(StatsData.RecvStats, new RecvStatsT(base(), PACKETS, PACKETS, 40_000n, []));
}
