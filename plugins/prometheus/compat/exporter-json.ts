import type {
  EntityKind,
  FieldOf,
  GraphReader,
  GraphSnapshot,
  NodeOf,
  SampledKind,
  StatsReader,
} from '../../../core/index.js';
import { SAMPLE_FIELDS } from '../../../core/index.js';
import { type Answer, json } from '../expose/pages.js';
import { inTheirUnit } from './exporter-page.js';

interface Deps {
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly maxEntities: number;
}

/** The JSON pages of mediasoup-exporter, from the newest samples: no request reaches a worker for them. */
export function jsonAnswers({ graph, stats, maxEntities }: Deps): readonly (readonly [string, Answer])[] {
  const ids = (snapshot: GraphSnapshot, parent: NodeOf<EntityKind>['key'], kind: EntityKind): readonly string[] =>
    snapshot.children(parent, kind).map(({ id }) => id);
  const page = (make: (snapshot: GraphSnapshot) => unknown): Answer => {
    return () => Promise.resolve(json(make(graph.snapshot())));
  };
  const media = (snapshot: GraphSnapshot, kind: 'producer' | 'consumer'): readonly object[] =>
    snapshot
      .all(kind)
      .slice(0, maxEntities)
      .map((node) => ({
        [`${kind}Id`]: node.id,
        kind: node.mediaKind,
        mimeType: node.mimeType,
        type: kind === 'producer' ? 'inbound-rtp' : 'outbound-rtp',
        ...valuesOf(stats, node, kind),
        appData: node.labels,
      }));
  return [
    [
      '/workers',
      page((snapshot) =>
        snapshot.all('worker').map(({ key, pid }) => ({ pid, routerIds: ids(snapshot, key, 'router') })),
      ),
    ],
    [
      '/routers',
      page((snapshot) =>
        snapshot
          .all('router')
          .slice(0, maxEntities)
          .map(({ key, id }) => ({
            id,
            transportIds: ids(snapshot, key, 'transport'),
            rtpObserverIds: ids(snapshot, key, 'rtpObserver'),
            producerIds: snapshot.within(key, 'producer').map((producer) => producer.id),
            consumerIds: snapshot.within(key, 'consumer').map((consumer) => consumer.id),
          })),
      ),
    ],
    ['/producers', page((snapshot) => media(snapshot, 'producer'))],
    ['/consumers', page((snapshot) => media(snapshot, 'consumer'))],
    [
      '/usage',
      page((snapshot) => [
        { pid: process.pid, type: 'parent', memory: process.memoryUsage.rss() },
        ...snapshot.all('worker').map((node) => ({
          pid: node.pid,
          type: 'worker',
          cpu: known(stats.value(node, 'cpuRatio') * 100),
          memory: known(stats.value(node, 'residentMemory')),
        })),
      ]),
    ],
  ];
}

function valuesOf(
  stats: StatsReader,
  node: NodeOf<'producer'> | NodeOf<'consumer'>,
  kind: SampledKind,
): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    Object.keys(SAMPLE_FIELDS[kind]).map((field) => [
      field,
      known(inTheirUnit(node, field, stats.value(node as NodeOf<'consumer'>, field as FieldOf<'consumer'>))),
    ]),
  );
}

/** JSON has no word for unknown but this. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
