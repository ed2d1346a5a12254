import type {
  EntityKind,
  EntityNode,
  GraphReader,
  HostReader,
  MonitorEvent,
  MonitorStatus,
  NodeOf,
  StatsReader,
} from '../../../core/index.js';
import type { HostRates } from './host-rates.js';
import type { Tallies } from './tallies.js';
import type { Windows } from './windows.js';

/** All that conditions can be about. */
export interface World {
  readonly graph: GraphReader;
  readonly stats: StatsReader;
  readonly host: HostReader;
  readonly hostRates: HostRates;
  readonly tallies: Tallies;
  readonly windows: Windows;
  readonly status: () => MonitorStatus;
  /** Wall time in ms. */
  readonly now: () => number;
}

/** Columns of samples: those of a batch, of which row `row` is meant. */
export type SampledColumns = Readonly<Record<string, Float64Array>>;

/** What a condition is evaluated on now. One object is used again and again. */
export class Cursor {
  readonly world: World;
  node: EntityNode | null = null;
  room: string | null = null;
  peer: string | null = null;
  event: MonitorEvent | null = null;
  columns: SampledColumns | null = null;
  row = 0;

  constructor(world: World) {
    this.world = world;
  }

  onEntity(node: EntityNode): this {
    this.node = node;
    this.room = node.room;
    this.peer = node.peer;
    this.event = null;
    this.columns = null;
    return this;
  }

  /** Neither names an entity: the machine, all of the SFU, a room, a peer of a room. */
  onWhole(room: string | null = null, peer: string | null = null): this {
    this.node = null;
    this.room = room;
    this.peer = peer;
    this.event = null;
    this.columns = null;
    return this;
  }

  onEvent(event: MonitorEvent): this {
    this.onWhole(event.room, event.peer);
    this.event = event;
    return this;
  }

  /** The entity itself, or that of the kind it belongs to: a consumer's producer, transport, router, worker. */
  entity<K extends EntityKind>(kind: K): NodeOf<K> | undefined {
    const { node } = this;
    if (node === null) return undefined;
    if (node.kind === kind) return node as NodeOf<K>;
    const key = keyOf(node, kind);
    const found = key === null ? undefined : this.world.graph.get(key);
    return found?.kind === kind ? (found as NodeOf<K>) : undefined;
  }
}

function keyOf(node: EntityNode, kind: EntityKind): EntityNode['parent'] {
  if (kind === 'worker') return node.worker;
  if (kind === 'router') return node.router;
  if (kind === 'producer') return node.kind === 'consumer' ? node.producer : null;
  return kind === 'transport' && node.kind !== 'rtpObserver' ? node.parent : null;
}
