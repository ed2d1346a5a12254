import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthOf, StreamCounters } from '../../../core/sampling/counters.js';
import { perSecond, ratio } from '../../../core/sampling/rates.js';
import { STREAM_COUNTERS } from '../../../core/sampling/stream-numbers.js';
import { stream } from '../../support/fake-source.js';

const PACKETS = STREAM_COUNTERS.indexOf('packetCount');
const LOST = STREAM_COUNTERS.indexOf('packetsLost');
const NACKS = STREAM_COUNTERS.indexOf('nackCount');

/** Reads several readings one after the other and sums up what each made grow. */
function readAll(readings: readonly ReturnType<typeof stream>[][]): { sums: Float64Array; continuous: boolean[] } {
  const counters = new StreamCounters();
  const by = new Float64Array(STREAM_COUNTERS.length);
  const sums = new Float64Array(STREAM_COUNTERS.length);
  const continuous = readings.map((streams) => {
    const rateable = counters.read(0, streams, by);
    for (let i = 0; i < by.length; i++) sums[i] = sums[i]! + by[i]!;
    return rateable;
  });
  return { sums, continuous };
}

describe('counters of streams', () => {
  it('sum up to what the source tells as long as nothing starts again', () => {
    const { sums, continuous } = readAll([
      [stream({ packetCount: 10, nackCount: 1 })],
      [stream({ packetCount: 25, nackCount: 1 })],
    ]);

    expect(sums[PACKETS]).toBe(25);
    expect(sums[NACKS]).toBe(1);
    expect(continuous).toEqual([false, true]);
  });

  it('keep what a replaced stream had counted, and make no rate across the change', () => {
    const { sums, continuous } = readAll([
      [stream({ ssrc: 1, packetCount: 100 })],
      [stream({ ssrc: 2, packetCount: 7 })],
      [stream({ ssrc: 2, packetCount: 9 })],
    ]);

    expect(sums[PACKETS]).toBe(109);
    expect(continuous).toEqual([false, false, true]);
  });

  it('count a stream once that vanishes and comes back', () => {
    const { sums } = readAll([[stream({ packetCount: 100 })], [], [stream({ packetCount: 120 })]]);

    expect(sums[PACKETS]).toBe(120);
  });

  it('go on from a stream that starts again at 0', () => {
    const { sums, continuous } = readAll([[stream({ packetCount: 100 })], [stream({ packetCount: 4 })]]);

    expect(sums[PACKETS]).toBe(104);
    expect(continuous).toEqual([false, false]);
  });

  it('do not count a loss twice that was taken back and reported again', () => {
    const lost = [10, 8, 10, 11, -3].map((packetsLost, i) => [stream({ packetCount: i * 10, packetsLost })]);

    expect(readAll(lost).sums[LOST]).toBe(11);
  });

  it('tell 0 when there is no stream, and nothing where a stream does not tell', () => {
    const by = new Float64Array(STREAM_COUNTERS.length);
    const counters = new StreamCounters();

    counters.read(0, [], by);
    expect([...by].every((growth) => growth === 0)).toBe(true);

    counters.read(0, [stream({ nackCount: Number.NaN, packetCount: 3 })], by);
    expect(by[NACKS]).toBeNaN();
    expect(by[PACKETS]).toBe(3);
  });

  it('never fall, and their growths sum up to at least what the last reading tells, whatever the source says', () => {
    const anyStream = fc.record({
      ssrc: fc.integer({ min: 1, max: 4 }),
      packetCount: fc.nat(1000),
      byteCount: fc.nat(1000),
      packetsLost: fc.integer({ min: -50, max: 50 }),
      nackCount: fc.nat(100),
    });
    const readings = fc.array(fc.uniqueArray(anyStream, { selector: ({ ssrc }) => ssrc, maxLength: 3 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(readings, (all) => {
        const counters = new StreamCounters();
        const by = new Float64Array(STREAM_COUNTERS.length);
        let packets = 0;
        for (const streams of all) {
          counters.read(
            0,
            streams.map((fields) => stream(fields)),
            by,
          );
          expect([...by].every((growth) => growth >= 0)).toBe(true);
          packets += by[PACKETS]!;
          const told = streams.reduce((sum, { packetCount }) => sum + packetCount, 0);
          expect(packets).toBeGreaterThanOrEqual(told);
        }
      }),
    );
  });

  it('sum up to exactly the last values for any rising streams', () => {
    const steps = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(steps, (all) => {
        let [a, b] = [0, 0];
        const readings = all.map(([stepA, stepB]) => {
          a += stepA;
          b += stepB;
          return [stream({ ssrc: 1, packetCount: a }), stream({ ssrc: 2, packetCount: b })];
        });

        expect(readAll(readings).sums[PACKETS]).toBe(a + b);
      }),
    );
  });

  it('know each slot by itself, and nothing of the one that had it before', () => {
    const by = new Float64Array(STREAM_COUNTERS.length);
    const counters = new StreamCounters();
    counters.read(3, [stream({ packetCount: 100 }), stream({ ssrc: 7, packetCount: 9 })], by);
    counters.read(4, [stream({ packetCount: 5 })], by);
    expect(by[PACKETS]).toBe(5);

    counters.forget(3);

    expect(counters.samples(3)).toEqual([]);
    expect(counters.samples(4).map(({ packetCount }) => packetCount)).toEqual([5]);
    expect(counters.read(3, [stream({ packetCount: 101 })], by)).toBe(false);
    expect(by[PACKETS]).toBe(101);
  });

  it('take no more memory however many streams come and go, within an entity or with it', () => {
    const by = new Float64Array(STREAM_COUNTERS.length);
    const counters = new StreamCounters();
    for (let slot = 0; slot < 50; slot++) counters.read(slot, [stream({})], by);
    const { capacity } = counters;

    for (let ssrc = 1; ssrc < 1_000; ssrc++) counters.read(0, [stream({ ssrc })], by);
    expect(counters.samples(0).map(({ ssrc }) => ssrc)).toEqual([999]);
    for (let slot = 0; slot < 50; slot++) counters.forget(slot);
    for (let slot = 0; slot < 50; slot++) counters.read(slot, [stream({})], by);

    expect(counters.capacity).toBeLessThanOrEqual(capacity + 64);
  });

  it('keep the newest streams in the order in which they came up', () => {
    const by = new Float64Array(STREAM_COUNTERS.length);
    const counters = new StreamCounters();
    const streams = [3, 1, 2].map((ssrc) => stream({ ssrc, rid: `r${ssrc}`, bitrateByLayer: { '0.0': ssrc } }));
    counters.read(0, streams, by);
    counters.read(0, [...streams].reverse(), by);

    expect(counters.samples(0).map(({ ssrc, rid, bitrateByLayer }) => [ssrc, rid, bitrateByLayer['0.0']])).toEqual([
      [3, 'r3', 3],
      [1, 'r1', 1],
      [2, 'r2', 2],
    ]);
  });

  it('tell no layers and no rid that a stream has no more, or that another one had in the same row', () => {
    const by = new Float64Array(STREAM_COUNTERS.length);
    const counters = new StreamCounters();
    const named = stream({ ssrc: 1, rid: 'high', bitrateByLayer: { '0.0': 5 } });
    const told = () => counters.samples(0).map(({ rid, bitrateByLayer }) => [rid, bitrateByLayer]);
    counters.read(0, [named], by);
    counters.read(0, [stream({ ssrc: 1 })], by);
    expect(told()).toEqual([[null, {}]]);

    counters.read(0, [named], by);
    expect(told()).toEqual([['high', { '0.0': 5 }]]);
    counters.forget(0);
    counters.read(0, [stream({ ssrc: 2 })], by);
    expect(told()).toEqual([[null, {}]]);
  });

  it('take a fall of a plain counter for a new beginning', () => {
    expect(growthOf(12, 10)).toBe(2);
    expect(growthOf(3, 10)).toBe(3);
  });
});

describe('rates', () => {
  it('are growth per second, and unknown when no time has passed', () => {
    expect(perSecond(50, 5000)).toBe(10);
    expect(perSecond(50, 0)).toBeNaN();
    expect(perSecond(50, -5)).toBeNaN();
    expect(perSecond(Number.NaN, 5000)).toBeNaN();
  });

  it('are never negative and ratios stay within 0 and 1, whatever goes in', () => {
    const number = fc.double();
    fc.assert(
      fc.property(number, number, (a, b) => {
        const rate = perSecond(a, b);
        const share = ratio(a, b);
        expect(Number.isNaN(rate) || rate >= 0).toBe(true);
        expect(Number.isNaN(share) || (share >= 0 && share <= 1)).toBe(true);
      }),
    );
  });
});
