import { describe, expect, it } from 'vitest';
import { CHECK_EVERY, type Asked, FastDecode } from '../../../../core/mediasoup/fast-decode/fast-decode.js';
import type { RawAnswer } from '../../../../core/mediasoup/fast-decode/raw-answer.js';
import { rtpReading } from '../../../../core/mediasoup/normalize.js';
import { ReadingSpace } from '../../../../core/mediasoup/reading-space.js';
import { PendingRead } from '../../../../core/mediasoup/pending-read.js';
import type { Followed } from '../../../../core/mediasoup/followed.js';
import type { Reading } from '../../../../core/source.js';
import { namedError } from '../../../support/fake-channel.js';
import {
  type AnsweringChannel,
  answeringChannel,
  answerOf,
  entityOn,
  tables,
} from '../../../support/mediasoup-internals.js';
import { RecordingLogger } from '../../../support/recording-logger.js';
import { watchedFake } from '../../../support/watched-fake.js';

const TRAITS = { clockRate: 48_000, scored: true };
const { BaseStatsT, SendStatsT, StatsT, StatsData } = tables.rtpStream;

function consumerAnswer(packets: bigint): RawAnswer {
  const base = new StatsT(StatsData.BaseStats, new BaseStatsT(1_000n, 77, 0, 'audio/opus', -3, 64, 480));
  const stats = [new StatsT(StatsData.SendStats, new SendStatsT(base, packets, packets * 100n, 8_000n))];
  return answerOf('consumer', new tables.consumer.GetStatsResponseT(stats));
}

/** From Node.js 22 on. */
const CAN_GIVE_BACK = 'transfer' in ArrayBuffer.prototype;

type Outcome = Reading | null | 'rejected';

class Rig {
  readonly logger = new RecordingLogger();
  readonly channel: AnsweringChannel = answeringChannel();
  readonly entity = entityOn('consumer', this.channel);
  readonly fast: FastDecode;
  /** Statistics as the public API gives them; a test may put something else in its place. */
  getStats = () => this.entity.getStats();
  packets = 0n;

  constructor(version = '3.27.1') {
    this.fast = new FastDecode(version, this.logger);
    this.channel.answer = () => consumerAnswer(++this.packets);
  }

  readonly asked: Asked & Followed = {
    kind: 'consumer',
    key: 'k' as Followed['key'],
    hooks: [],
    reconcile() {},
    close() {},
    twoStep: null,
    answerKind: 'consumer',
    entity: this.entity,
    get answerable() {
      return this as Asked;
    },
    read: async () => rtpReading('consumer', await this.getStats(), TRAITS, new ReadingSpace()),
    decode: ({ rtp }) => rtp.read('consumer', TRAITS),
  };

  /** One question, as the source asks it. Copied, because a reading lasts for the call only. */
  ask(): Promise<Outcome> {
    return new Promise((resolve) => {
      new PendingRead(this.fast, new ReadingSpace(), () => {}).begin(this.asked, {
        answered: (reading) => resolve(structuredClone(reading)),
        rejected: () => resolve('rejected'),
      });
    });
  }

  async learn(): Promise<void> {
    await this.ask();
    expect(this.fast.status).toEqual({ state: 'on', reason: null, decoded: 0, checks: 1 });
  }

  async packetsNow(): Promise<number | undefined> {
    const outcome = await this.ask();
    return outcome === null || outcome === 'rejected' ? undefined : outcome.streams[0]?.packetCount;
  }

  expectFallenBack(reason: RegExp): void {
    expect(this.fast.status).toMatchObject({ state: 'fellBack', reason: expect.stringMatching(reason) });
    expect(this.logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  }
}

describe('fastDecode', () => {
  it('learns how to ask from the public API, and asks once for each reading from then on', async () => {
    const rig = new Rig();
    await rig.learn();
    expect(await rig.packetsNow()).toBe(2);
    expect(await rig.packetsNow()).toBe(3);
    expect(rig.channel.requests).toBe(3);
    expect(rig.fast.status).toMatchObject({ state: 'on', decoded: 2, checks: 1 });
    expect(Object.hasOwn(rig.channel, 'request')).toBe(false);
  });

  it('compares again after so many readings, without a further request', async () => {
    const rig = new Rig();
    await rig.learn();
    for (let i = 0; i < CHECK_EVERY; i++) await rig.ask();
    expect(rig.fast.status.checks).toBe(1);
    await rig.ask();
    expect(rig.fast.status).toMatchObject({ state: 'on', checks: 2, decoded: CHECK_EVERY });
    expect(rig.channel.requests).toBe(CHECK_EVERY + 2);
  });

  it('gives the memory of an answer back once it is read, but none that holds more than the answer', async () => {
    const rig = new Rig();
    await rig.learn();
    const { bb, bb_pos } = consumerAnswer(7n);
    const own = bb!.bytes();
    const shared = new Uint8Array(new ArrayBuffer(own.length + 16), 8, own.length);
    shared.set(own);

    for (const bytes of [own, shared]) {
      rig.channel.answer = () => ({ bb: { bytes: () => bytes }, bb_pos });
      expect(await rig.packetsNow()).toBe(7);
    }

    expect(own.buffer.byteLength).toBe(CAN_GIVE_BACK ? 0 : own.length);
    expect(shared.buffer.byteLength).toBe(shared.length + 16);
    expect(rig.fast.status).toMatchObject({ state: 'on', decoded: 2 });
  });

  it('stays with the public API in versions it does not know', async () => {
    for (const version of ['3.26.0', '3.28.0', '4.0.0']) {
      const rig = new Rig(version);
      rig.expectFallenBack(/3\.27/);
      expect(await rig.packetsNow()).toBe(1);
      expect(rig.fast.status).toMatchObject({ decoded: 0, checks: 0 });
    }
  });

  it('falls back at the first field in which mediasoup says otherwise, and hands over what mediasoup says', async () => {
    const rig = new Rig();
    const stats = rig.getStats;
    rig.getStats = async () => (await stats()).map((stat: object) => ({ ...stat, jitter: 960 }));
    expect(await rig.ask()).toMatchObject({ streams: [{ packetCount: 1, jitter: 20 }] });
    rig.expectFallenBack(/^consumer: jitter is 10, mediasoup says 20/);
    expect(await rig.packetsNow()).toBe(2);
    rig.expectFallenBack(/jitter/);
  });

  it('falls back in the midst of a run, when a later comparison shows a difference', async () => {
    const rig = new Rig();
    await rig.learn();
    const stats = rig.getStats;
    for (let i = 0; i < CHECK_EVERY; i++) await rig.ask();
    rig.getStats = async () => (await stats()).map((stat: object) => ({ ...stat, score: 9 }));
    expect(await rig.ask()).toMatchObject({ streams: [{ score: 9 }] });
    rig.expectFallenBack(/score/);
  });

  it.each([
    ['of another type', () => answerOf('producer', new tables.producer.GetStatsResponseT([]))],
    ['without a body', () => answerOf('consumer', null)],
    ['of no form that is known', () => ({ stats: [] })],
    ['that is nothing', () => undefined],
  ])('asks the public API for the same entity after an answer %s, and stays with it', async (_, broken) => {
    const rig = new Rig();
    await rig.learn();
    const { answer } = rig.channel;
    rig.channel.answer = () => {
      rig.channel.answer = answer;
      return broken();
    };
    expect(await rig.packetsNow()).toBe(2);
    rig.expectFallenBack(/answer/);
    expect(await rig.packetsNow()).toBe(3);
  });

  it.each([
    ['asks over nothing it can hear', (rig: Rig) => (rig.getStats = async () => [])],
    [
      'asks twice',
      (rig: Rig) => {
        const stats = rig.getStats;
        rig.getStats = () => {
          void rig.channel.request(1);
          return stats();
        };
      },
    ],
    ['asks with something more', (rig: Rig) => (rig.getStats = () => rig.channel.request(7, 1, 2, 'e').then(() => []))],
    ['has no channel', (rig: Rig) => Object.defineProperty(rig.entity, 'channelForTesting', { value: undefined })],
    [
      'has a channel that others have changed',
      (rig: Rig) => Object.assign(rig.channel, { request: async () => rig.channel.answer() }),
    ],
  ])('falls back when mediasoup %s', async (_, change) => {
    const rig = new Rig();
    change(rig);
    expect(await rig.ask()).not.toBe('rejected');
    rig.expectFallenBack(/mediasoup asks|channel/);
  });

  it('goes round a channel that others change later, and falls back', async () => {
    const rig = new Rig();
    await rig.learn();
    Object.assign(rig.channel, { request: async () => consumerAnswer(50n) });
    expect(await rig.packetsNow()).toBe(50);
    rig.expectFallenBack(/channel/);
  });

  it.each(['NotFoundError', 'WorkerClosedError'])(
    'tells that the entity is gone after %s, and stays on',
    async (name) => {
      const rig = new Rig();
      await rig.learn();
      rig.channel.answer = () => {
        throw namedError(name, 'gone');
      };
      expect(await rig.ask()).toBeNull();
      expect(rig.fast.status.state).toBe('on');
    },
  );

  it('tells any other rejection as the public API does, and stays on', async () => {
    const rig = new Rig();
    await rig.learn();
    rig.channel.answer = () => {
      throw new Error('out of memory');
    };
    expect(await rig.ask()).toBe('rejected');
    expect(rig.fast.status.state).toBe('on');
  });

  it('tells nothing of an entity that closes before its answer comes', async () => {
    const rig = new Rig();
    await rig.learn();
    const outcome = rig.ask();
    Object.defineProperty(rig.entity, 'closed', { value: true });
    expect(await outcome).toBeNull();
  });

  it('learns nothing from a rejection, nor from an answer without a stream', async () => {
    const rig = new Rig();
    const { answer } = rig.channel;
    rig.channel.answer = () => {
      throw new Error('out of memory');
    };
    expect(await rig.ask()).toBe('rejected');
    rig.channel.answer = () => answerOf('consumer', new tables.consumer.GetStatsResponseT([]));
    expect(await rig.ask()).toMatchObject({ streams: [] });
    expect(rig.fast.status.state).toBe('checking');
    rig.channel.answer = answer;
    await rig.ask();
    expect(rig.fast.status.state).toBe('on');
  });
});

describe('a source with fastDecode on something that is not mediasoup inside', () => {
  it('reads all the same, and warns once', async () => {
    const { sfu, writer, source, logger } = watchedFake({ fastDecode: true });
    const transport = sfu.createWorker().createRouter().createTransport();
    transport.consume(transport.produce({ kind: 'video' }));
    for (const kind of ['transport', 'producer', 'consumer'] as const) {
      const reading = await new Promise<Reading | null>((answered, rejected) => {
        source.ask!(
          { kind, key: writer.key(kind), found: null },
          { answered, rejected: () => rejected(new Error(kind)) },
        );
      });
      expect(reading).not.toBeNull();
    }
    expect(source.fastDecode).toMatchObject({ state: 'fellBack', decoded: 0 });
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});
