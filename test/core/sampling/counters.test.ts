import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { growthOf, StreamCounters } from '../../../core/sampling/counters.js';
import { perSecond, ratio } from '../../../core/sampling/rates.js';
import { STREAM_COUNTERS } from '../../../core/sampling/stream.js';
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
    const rateable = counters.read(streams, by);
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

    counters.read([], by);
    expect([...by].every((growth) => growth === 0)).toBe(true);

    counters.read([stream({ nackCount: Number.NaN, packetCount: 3 })], by);
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
