const FIELDS = `id key nativeId openedAt ... on Consumer { mediaKind type paused score priority
  currentLayers { spatialLayer } preferredLayers { spatialLayer } stats { bitrate lossRatio roundTripTime jitter } }`;
const GRAPH = `subscription { graph(minIntervalMs: 0) { __typename
  ... on GraphSnapshotMessage { seq nodes { ${FIELDS} } }
  ... on GraphDeltaMessage { seq opened { ${FIELDS} } changed { ${FIELDS} } closed { key } } } }`;
const STATS = `subscription { stats(filter: { kinds: [CONSUMER] }, everyMs: 250) { at nodes { ${FIELDS} } } }`;
const EVENTS = 'subscription { events { __typename ... on Event { seq at type message data } } }';

/** What each client subscribes to. */
export const LOADS: Readonly<Record<string, readonly string[]>> = {
  'statistics, changes and events': [STATS, GRAPH, EVENTS],
  'all changes, 32 times': Array.from({ length: 32 }, (_, n) => `${GRAPH} # ${n}`),
};
