export type Version = readonly [major: number, minor: number, patch: number];

/** What differs between versions of mediasoup, in one place. Everything else asks these, never the version. */
export interface MediasoupTraits {
  /** A transport bit rate of 0 means "not set": 3.13.0 to 3.14.0 reported unset limits and estimates as 0. */
  readonly zeroBitrateIsUnknown: boolean;
  /**
   * The worker is also told "died" when it ended in order, because Ctrl-C reached the whole process group: before 3.19.22.
   * Such an end is the application's own close.
   */
  readonly tellsDiedOnShutdown: boolean;
  /** Bytes in one unit of `ru_maxrss`: KiB, except on macOS before 3.16.1, whose libuv passed on the system's bytes. */
  readonly peakMemoryUnit: number;
}

/** An unknown version is taken for a new one. */
export function traitsOf(version: string | null, platform: NodeJS.Platform = process.platform): MediasoupTraits {
  const parsed = parseVersion(version);
  const before = (than: Version): boolean => parsed !== null && compare(parsed, than) < 0;
  return {
    zeroBitrateIsUnknown: !before([3, 13, 0]) && before([3, 14, 1]),
    tellsDiedOnShutdown: before([3, 19, 22]),
    peakMemoryUnit: platform === 'darwin' && before([3, 16, 1]) ? 1 : 1024,
  };
}

/** `null` when it is not of the form `1.2.3`; what follows the third number is ignored. */
export function parseVersion(version: string | null): Version | null {
  const match = version === null ? null : /^(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match === null ? null : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** From the first on and before the second; an unknown version is in no range. */
export function isVersionWithin(version: string | null, { from, before }: { from: Version; before: Version }): boolean {
  const parsed = parseVersion(version);
  return parsed !== null && compare(parsed, from) >= 0 && compare(parsed, before) < 0;
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
