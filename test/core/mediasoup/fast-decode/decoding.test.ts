import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerKind, decodersOn } from '../../../../core/mediasoup/fast-decode/answer-kind.js';
import { FlatTable } from '../../../../core/mediasoup/fast-decode/flat-table.js';
import { openBody } from '../../../../core/mediasoup/fast-decode/raw-answer.js';
import { rtpReading, transportReading } from '../../../../core/mediasoup/normalize.js';
import { ReadingSpace } from '../../../../core/mediasoup/reading-space.js';
import { traitsOf } from '../../../../core/mediasoup/version.js';
import { answeringChannel, answerOf, entityOn, tables } from '../../../support/mediasoup-internals.js';

const uint8 = fc.integer({ min: 0, max: 255 });
const uint16 = fc.integer({ min: 0, max: 65_535 });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const uint64 = fc.oneof(fc.constant(0n), fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 33n));
const float32 = fc.float({ min: 0, noNaN: true });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });

const { BaseStatsT, RecvStatsT, SendStatsT, StatsT, StatsData, BitrateByLayerT } = tables.rtpStream;

const base = fc
  .tuple(
    uint64,
    uint32,
    fc.constantFrom(0, 1),
    fc.constantFrom('audio/opus', 'video/VP8', 'video/ü'),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    uint8,
    uint32,
    uint64,
    uint64,
    uint64,
    uint64,
    uint64,
    uint64,
    uint64,
    optional(text),
    optional(uint32),
    uint64,
    float32,
    uint8,
  )
  .map((fields) => new StatsT(StatsData.BaseStats, new BaseStatsT(...fields)));
const layers = fc.uniqueArray(fc.tuple(text, uint64), { selector: ([name]) => name, maxLength: 6 });
const recv = fc.tuple(base, uint64, uint64, uint64, layers).map(([stats, packets, bytes, bitrate, byLayer]) => {
  const bitrates = byLayer.map(([name, rate]) => new BitrateByLayerT(name, rate));
  return new StatsT(StatsData.RecvStats, new RecvStatsT(stats, packets, bytes, bitrate, bitrates));
});
const send = fc
  .tuple(base, uint64, uint64, uint64)
  .map((fields) => new StatsT(StatsData.SendStats, new SendStatsT(...fields)));

const tuple = fc
  .tuple(
    fc.constantFrom('10.0.0.1', '::1'),
    uint16,
    optional(fc.constantFrom('192.0.2.1', '')),
    uint16,
    fc.constantFrom(1, 2),
  )
  .map((fields) => new tables.transport.TupleT(...fields));
const transportStats = fc
  .tuple(
    text,
    uint64,
    optional(fc.constantFrom(0, 1, 2)),
    ...Array.from({ length: 14 }, () => uint64),
    ...Array.from({ length: 5 }, () => optional(uint64)),
    optional(fc.double({ noNaN: true })),
    optional(fc.double({ noNaN: true })),
  )
  .map((fields) => new tables.transport.StatsT(...fields));
const transportBodies = {
  webrtc: fc
    .tuple(
      transportStats,
      fc.constantFrom(0, 1),
      fc.constantFrom(0, 1, 2),
      optional(tuple),
      fc.constantFrom(0, 1, 2, 3),
    )
    .map((fields) => new tables.webrtc.GetStatsResponseT(...fields)),
  plain: fc
    .tuple(transportStats, fc.boolean(), fc.boolean(), tuple, optional(tuple))
    .map((fields) => new tables.plain.GetStatsResponseT(...fields)),
  pipe: fc.tuple(transportStats, tuple).map((fields) => new tables.pipe.GetStatsResponseT(...fields)),
  direct: fc.tuple(transportStats).map((fields) => new tables.direct.GetStatsResponseT(...fields)),
};

const decoders = (() => {
  const table = new FlatTable();
  return { table, ...decodersOn(table) };
})();

/** Opens an answer with a body of that kind, and what mediasoup's own `getStats()` makes of it. */
async function answered(kind: AnswerKind, body: unknown) {
  const channel = answeringChannel();
  channel.answer = () => answerOf(kind, body);
  const stats = await entityOn(kind, channel).getStats();
  openBody(decoders.table, answerOf(kind, body));
  return stats;
}

describe('an answer decoded here', () => {
  it.each([
    ['producer', 48_000, true],
    ['consumer', 90_000, true],
    ['consumer', null, false],
  ] as const)(
    'has every field that mediasoup reads of a %s with the clock rate %s',
    async (kind, clockRate, scored) => {
      const streams = fc.array(kind === 'producer' ? recv : fc.oneof(send, recv), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(streams, async (list) => {
          const stats = await answered(kind, new tables[kind].GetStatsResponseT(list));
          const theirs = rtpReading(kind, stats, { clockRate, scored }, new ReadingSpace());
          const ours = decoders.rtp.read(kind, { clockRate, scored });
          const { timestamp } = ours.streams.length > 0 ? ours : theirs;
          expect({ ...ours, timestamp }).toEqual(theirs);
        }),
      );
    },
  );

  it.each(['webrtc', 'plain', 'pipe', 'direct'] as const)('has every field of a %s transport', async (type) => {
    await fc.assert(
      fc.asyncProperty(transportBodies[type], async (body) => {
        const [stat] = await answered(type, body);
        const { reading, tuple: ours, rtcpTuple } = decoders.transport.read(type);
        expect(reading).toEqual(transportReading(stat, traitsOf('3.27.1')));
        if (type === 'plain' || type === 'pipe') {
          const { localIp: _, ...theirs } = stat.tuple;
          expect(ours).toEqual(theirs);
          expect(rtcpTuple?.localPort).toBe(stat.rtcpTuple?.localPort);
        }
      }),
    );
  });

  it('is given up with an error, never with wrong values from elsewhere, wherever it is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(send, fc.nat(), async (stream, cut) => {
        await answered('consumer', new tables.consumer.GetStatsResponseT([stream]));
        const whole = structuredClone(decoders.rtp.read('consumer', { clockRate: 48_000, scored: true }));
        const answer = answerOf('consumer', new tables.consumer.GetStatsResponseT([stream]));
        const bytes = answer.bb!.bytes();
        const short = bytes.slice(0, cut % bytes.length);
        let ours: unknown;
        try {
          openBody(decoders.table, { bb: { bytes: () => short }, bb_pos: answer.bb_pos });
          ours = structuredClone(decoders.rtp.read('consumer', { clockRate: 48_000, scored: true }));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        // What was cut off is padding, or a text that is known by its beginning.
        expect(ours).toEqual(whole);
      }),
    );
  });
});
