import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVersion, traitsOf } from '../../../core/mediasoup/version.js';

describe('the traits of a mediasoup version', () => {
  it.each([
    ['3.12.16', false],
    ['3.13.0', true],
    ['3.13.24', true],
    ['3.14.0', true],
    ['3.14.1', false],
    ['3.27.1', false],
  ])('%s: a bit rate of 0 is unknown is %s', (version, expected) => {
    expect(traitsOf(version).zeroBitrateIsUnknown).toBe(expected);
  });

  it.each([
    ['3.19.21', true],
    ['3.19.22', false],
    ['4.0.0', false],
  ])('%s: tells "died" on shutdown is %s', (version, expected) => {
    expect(traitsOf(version).tellsDiedOnShutdown).toBe(expected);
  });

  it('count peak memory in KiB, but in bytes on macOS with the libuv of before 3.16.1', () => {
    expect(traitsOf('3.16.0', 'darwin').peakMemoryUnit).toBe(1);
    expect(traitsOf('3.16.1', 'darwin').peakMemoryUnit).toBe(1024);
    expect(traitsOf('3.16.0', 'linux').peakMemoryUnit).toBe(1024);
  });

  it('of an unknown version are those of the newest', () => {
    expect(traitsOf(null)).toEqual(traitsOf('3.27.1'));
    expect(traitsOf('main')).toEqual(traitsOf('3.27.1'));
  });

  it('never turn back once a version has outgrown them', () => {
    const number = fc.nat(40);
    fc.assert(
      fc.property(fc.tuple(number, number), fc.tuple(number, number), (a, b) => {
        const [low, high] = a[0] - b[0] || a[1] - b[1] ? [a, b].toSorted((x, y) => x[0] - y[0] || x[1] - y[1]) : [a, b];
        const of = ([minor, patch]: readonly number[]) => traitsOf(`3.${minor}.${patch}`, 'darwin');
        if (!of(low!).tellsDiedOnShutdown) expect(of(high!).tellsDiedOnShutdown).toBe(false);
        expect(of(low!).peakMemoryUnit).toBeLessThanOrEqual(of(high!).peakMemoryUnit);
      }),
    );
  });
});

describe('a version', () => {
  it('is three numbers, whatever follows them', () => {
    expect(parseVersion('3.27.1')).toEqual([3, 27, 1]);
    expect(parseVersion('3.14.16-rc.2')).toEqual([3, 14, 16]);
    expect(parseVersion('3.14')).toBeNull();
    expect(parseVersion(null)).toBeNull();
  });
});
