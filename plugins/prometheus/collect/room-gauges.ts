import type { GraphReader, GraphSnapshot, RoomEntry, StatsReader } from '../../../core/index.js';
import { OTHER } from '../series/label-limits.js';
import type { Series } from '../series/series.js';
import type { MetricStore } from '../series/store.js';
import type { Collection, Collector } from './collector.js';

/** Rooms between two looks at the clock. */
const ROOMS = 8;

interface Moved {
  in: number;
  out: number;
}

/** Series of single rooms: the largest have their own, the others one together. */
export class RoomGauges implements Collector {
  readonly name = 'rooms';
  readonly gauges = ['sfu_room_peers', 'sfu_room_producers', 'sfu_room_consumers', 'sfu_room_worst_score'] as const;
  readonly #store: MetricStore;
  readonly #stats: StatsReader;
  readonly #graph: GraphReader;
  readonly #max: number;
  /** What each open room had moved at the last scrape, so that the sum of the others only ever grows. */
  #moved = new Map<string, Moved>();
  readonly #others: Moved = { in: 0, out: 0 };

  constructor(store: MetricStore, stats: StatsReader, graph: GraphReader, max: number) {
    this.#store = store;
    this.#stats = stats;
    this.#graph = graph;
    this.#max = max;
  }

  async collect({ snapshot, slices }: Collection): Promise<void> {
    const rooms = snapshot.rooms();
    const shown = new Set(largest(rooms, this.#max));
    const moved = new Map<string, Moved>();
    const written = new Set<Series>();
    await slices.each(rooms, ROOMS, (entry) => {
      const name = shown.has(entry) ? entry.room : OTHER;
      this.#collectRoom(entry, name, snapshot);
      this.#collectBytes(entry, shown.has(entry), moved, written);
    });
    this.#moved = moved;
    const bytes = this.#store.counter('sfu_room_bytes_total');
    for (const direction of ['in', 'out'] as const) {
      const series = bytes.at(OTHER, direction);
      series.follow(this.#others[direction]);
      written.add(series);
    }
    bytes.keep((series) => written.has(series));
  }

  #collectRoom(entry: RoomEntry, name: string, snapshot: GraphSnapshot): void {
    const store = this.#store;
    store.gauge('sfu_room_peers').add(entry.peers.length, name);
    let worst = Number.NaN;
    let producers = 0;
    let consumers = 0;
    for (const key of entry.entities) {
      const node = snapshot.get(key);
      if (node?.kind === 'producer') producers++;
      if (node?.kind !== 'consumer') continue;
      consumers++;
      if (node.paused || node.producerPaused || node.score === null) continue;
      if (!(node.score >= worst)) worst = node.score;
    }
    store.gauge('sfu_room_producers').add(producers, name);
    store.gauge('sfu_room_consumers').add(consumers, name);
    if (name !== OTHER) store.gauge('sfu_room_worst_score').set(worst, name);
  }

  #collectBytes({ room }: RoomEntry, isShown: boolean, moved: Map<string, Moved>, written: Set<Series>): void {
    // Closed since the snapshot was taken: its totals have ended.
    if (this.#graph.snapshot().room(room) === undefined) return;
    const { bytesReceived, bytesSent } = this.#stats.totals({ scope: 'room', room });
    const before = this.#moved.get(room) ?? { in: 0, out: 0 };
    const now = { in: known(bytesReceived, before.in), out: known(bytesSent, before.out) };
    moved.set(room, now);
    for (const direction of ['in', 'out'] as const) {
      if (!isShown) {
        this.#others[direction] += Math.max(0, now[direction] - before[direction]);
        continue;
      }
      const series = this.#store.counter('sfu_room_bytes_total').at(room, direction);
      series.follow(now[direction]);
      written.add(series);
    }
  }
}

function known(value: number, before: number): number {
  return Number.isNaN(value) ? before : value;
}

function largest(rooms: readonly RoomEntry[], max: number): readonly RoomEntry[] {
  if (rooms.length <= max) return rooms;
  return rooms.toSorted((a, b) => b.peers.length - a.peers.length || a.openedAt - b.openedAt).slice(0, max);
}
