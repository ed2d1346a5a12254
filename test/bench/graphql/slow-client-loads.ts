const FIELDS = `id key nativeId openedAt ... on Consumer { mediaKind type paused score priority
  currentLayers { spatialLayer } preferredLayers { spatialLayer } stats { bitrate lossRatio roundTripTime jitter } }`;
const GRAPH = `subscription { graph(minIntervalMs: 0) { __typename
  ... on GraphSnapshotMessage { seq nodes { ${FIELDS} } }
  ... on GraphDeltaMessage { seq opened { ${FIELDS} } changed { ${FIELDS} } closed { key } } } }`;
const STATS = `subscription { stats(filter: { kinds: [CONSUMER] }, everyMs: 250) { at nodes { ${FIELDS} } } }`;
const EVENTS = 'subscription { events { __typename ... on Event { seq at type message data } } }';

interface Load {
  /** What each slow client subscribes to. */
  readonly slow: readonly string[];
  /** What the one subscribes to that reads on: no more than it can keep up with, so that it holds the same whoever is beside it. */
  readonly fast: readonly string[];
  /** How many change in each round. */
  readonly consumers: number;
  /** How many of them close in each round, and as many others open, once the slow clients are stuck. @default 0 */
  readonly replaced?: number;
  /** How many close in all from then on, some in each round, with nothing else happening. @default all change in each round */
  readonly closed?: number;
  /** What a client may take nothing for before it is cut off, ms. */
  readonly stalledClientMs: number;
  /** How often a slow client takes a bit (64 kB at most), ms; `null` when it stops for good. */
  readonly trickleMs: number | null;
}

/** Nobody is cut off while this measures. */
const NEVER = 3_600_000;

/** All of so many change: a message about them has twenty parts. */
const MANY = { slow: [GRAPH], fast: [EVENTS], consumers: 10_000, trickleMs: null };

export const LOADS: Readonly<Record<string, Load>> = {
  'statistics, changes and events': {
    slow: [STATS, GRAPH, EVENTS],
    fast: [STATS, GRAPH, EVENTS],
    consumers: 500,
    stalledClientMs: NEVER,
    trickleMs: null,
  },
  // Nobody shares the changes of another, so the same text will do.
  'all changes, 32 times': {
    slow: new Array<string>(32).fill(GRAPH),
    fast: [GRAPH],
    consumers: 500,
    stalledClientMs: NEVER,
    trickleMs: null,
  },
  'all changes of 10,000, nobody cut off': { ...MANY, stalledClientMs: NEVER },
  'all changes of 10,000, as it is set': { ...MANY, stalledClientMs: 30_000 },
  '10,000 of which many close, nobody cut off': { ...MANY, replaced: 500, stalledClientMs: NEVER },
  '10,000 of which many close, a bit now and then': { ...MANY, replaced: 500, stalledClientMs: 30_000, trickleMs: 250 },
  '10,000 of which most close, nobody cut off': { ...MANY, closed: 9_000, stalledClientMs: NEVER },
  'all changes of 10,000, a bit now and then': { ...MANY, stalledClientMs: 30_000, trickleMs: 250 },
};
