import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRawAnswer, type RawAnswer } from '../../core/mediasoup/fast-decode/raw-answer.js';

const require = createRequire(import.meta.url);
const lib = dirname(require.resolve('mediasoup'));
const fbs = (name: string) => require(join(lib, 'fbs', name));
const implementation = (name: string) => require(join(lib, `${name}.js`))[`${name}Impl`];

const flatbuffers = createRequire(join(lib, 'index.js'))('flatbuffers');

/** What mediasoup generates of its schema: a class per table, made of its fields in their order, which packs itself. */
export const tables = {
  rtpStream: fbs('rtp-stream.js'),
  transport: fbs('transport.js'),
  consumer: fbs('consumer.js'),
  producer: fbs('producer.js'),
  webrtc: fbs('web-rtc-transport.js'),
  plain: fbs('plain-transport.js'),
  pipe: fbs('pipe-transport.js'),
  direct: fbs('direct-transport.js'),
};
const { Body, Response, ResponseT } = fbs('response.js');

/** The names of mediasoup's union of bodies. */
export const BODY_OF = {
  consumer: 'Consumer_GetStatsResponse',
  producer: 'Producer_GetStatsResponse',
  webrtc: 'WebRtcTransport_GetStatsResponse',
  plain: 'PlainTransport_GetStatsResponse',
  pipe: 'PipeTransport_GetStatsResponse',
  direct: 'DirectTransport_GetStatsResponse',
} as const;
const IMPLEMENTATIONS = {
  consumer: 'Consumer',
  producer: 'Producer',
  webrtc: 'WebRtcTransport',
  plain: 'PlainTransport',
  pipe: 'PipeTransport',
  direct: 'DirectTransport',
} as const;

/** An answer as a worker would send it, in mediasoup's own format. */
export function answerOf(kind: keyof typeof BODY_OF, body: unknown): RawAnswer {
  const builder = new flatbuffers.Builder(1024);
  builder.finish(new ResponseT(1, true, Body[BODY_OF[kind]], body, null, null).pack(builder));
  const bytes = new flatbuffers.ByteBuffer(new Uint8Array(builder.asUint8Array()));
  const answer: unknown = Response.getRootAsResponse(bytes);
  if (!isRawAnswer(answer)) throw new Error('no raw answer');
  return answer;
}

class ChannelClass extends EventEmitter {
  answer: () => unknown = () => {
    throw new Error('no answer was given');
  };
  requests = 0;

  async request(..._given: unknown[]): Promise<unknown> {
    this.requests++;
    await Promise.resolve();
    return this.answer();
  }
}
export type AnsweringChannel = ChannelClass;

/** A channel that gets its answers from the test. */
export function answeringChannel(): AnsweringChannel {
  return new ChannelClass();
}

/** mediasoup's own entity, without a worker: its `getStats()` is the real one. */
export function entityOn(kind: keyof typeof BODY_OF, channel: AnsweringChannel) {
  const internal = { routerId: 'r', transportId: 'e', consumerId: 'e', producerId: 'e' };
  return new (implementation(IMPLEMENTATIONS[kind]))({ internal, data: {}, channel, appData: {} });
}
