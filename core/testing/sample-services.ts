import type { DependencyContainer } from 'tsyringe';
import type { AlertBook } from '../alerts/alert-book.js';
import type { AlertDesk } from '../alerts/alert-desk.js';
import { systemClock } from '../clock.js';
import type { Draining, DrainSwitch } from '../drain.js';
import type { EventReader } from '../dispatch/event-reader.js';
import { SignalIterator } from '../dispatch/signal-iterator.js';
import type { GraphReader } from '../graph/graph-reader.js';
import type { HostReader } from '../host/host-reader.js';
import type { FollowMessage } from '../model/snapshot.js';
import type { MonitorStatus } from '../monitor-status.js';
import type { StatsReader } from '../sampling/stats-reader.js';
import { DebugBook } from '../record/debug-book.js';
import { recordOptions } from '../record/options.js';
import type { RecordMaker } from '../record/record-maker.js';
import { Records } from '../record/records.js';
import { RouteTable } from '../routes.js';
import {
  ALERT_BOOK,
  ALERT_DESK,
  DRAIN,
  EVENTS,
  GRAPH,
  HOST,
  RECORDS,
  ROUTES,
  STATS,
  STATUS,
  TRAFFIC,
} from '../tokens.js';
import type { TrafficCount, TrafficReader } from '../traffic/traffic-meter.js';
import { sampleNode } from './sample-nodes.js';
import { sampleSnapshot } from './sample-snapshot.js';
import { snapshotRows } from './snapshot-rows.js';

const RUN_ID = 'sample-run';
const NO_TRAFFIC: TrafficCount = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 };

/** The services a plugin may inject, over the sample nodes. They count what a plugin holds of them, to see whether it gives it back. */
export class SampleServices {
  /** What plugins offer over HTTP now. */
  readonly routes = new RouteTable();
  #held = 0;

  /** Subscriptions, leases and routes that are open. 0 after every plugin stopped properly. */
  get held(): number {
    return this.#held + this.routes.all().length;
  }

  /** Registers them all, as the monitor does. */
  register(scope: DependencyContainer): void {
    scope.registerInstance(GRAPH, this.#graph());
    scope.registerInstance(STATS, this.#stats());
    scope.registerInstance(EVENTS, this.#events());
    scope.registerInstance(HOST, this.#host());
    scope.registerInstance(TRAFFIC, this.#traffic());
    scope.registerInstance(ALERT_BOOK, this.#alerts());
    scope.registerInstance(RECORDS, sampleRecords());
    scope.registerInstance(ALERT_DESK, this.#desk());
    scope.registerInstance(DRAIN, drainSwitch());
    scope.registerInstance(ROUTES, this.routes);
    scope.registerInstance(STATUS, status);
  }

  /** Gives the items, then waits for the abort. */
  #iterate<T>(signal: AbortSignal | undefined, ...items: readonly T[]): AsyncIterableIterator<T> {
    const left = [...items];
    this.#held++;
    return new SignalIterator(
      () => left.shift(),
      () => this.#held--,
      signal,
    );
  }

  #graph(): GraphReader {
    const snapshot = sampleSnapshot(RUN_ID);
    return {
      runId: RUN_ID,
      seq: snapshot.seq,
      get: (key) => snapshot.get(key),
      snapshot: () => snapshot,
      rows: snapshotRows(() => snapshot),
      unchangedSince: () => snapshot.size,
      reaches: () => true,
      presence: () => ({ rooms: snapshot.rooms().length, peers: snapshot.peers().length }),
      follow: (options) => this.#iterate<FollowMessage>(options?.signal, { type: 'snapshot', reset: false, snapshot }),
    };
  }

  #stats(): StatsReader {
    return {
      value: () => Number.NaN,
      // By way of `value`, so that a test that replaces one has replaced both.
      rows(_kind, fields) {
        return {
          read: (nodes, from, count, into, at, step) => {
            for (let i = 0; i < count; i++) {
              const node = nodes.at(from + i);
              for (const [f, field] of fields.entries()) {
                into[at + i + f * step] = node === undefined ? Number.NaN : this.value(node, field);
              }
            }
          },
        };
      },
      sampledAt: () => null,
      streams: () => [],
      totals: () => ({
        bytesReceived: 0,
        bytesSent: 0,
        packetsReceived: Number.NaN,
        packetsSent: Number.NaN,
        packetsLostReceived: Number.NaN,
        packetsLostSent: Number.NaN,
        recvBitrate: 0,
        sendBitrate: 0,
      }),
      lease: () => this.#hold(),
      past: () => [],
      ticks: (_everyMs, signal) => this.#iterate<void>(signal),
    };
  }

  #events(): EventReader {
    return {
      recent: () => [],
      oldestSeq: null,
      capacityBytes: 1_048_576,
      usedBytes: 0,
      subscribe: (_filter, options) => this.#iterate(options?.signal),
    };
  }

  #host(): HostReader {
    return { latest: null, inventory: null, extras: null, subscribe: (signal) => this.#iterate(signal) };
  }

  #traffic(): TrafficReader {
    return { peer: () => null, room: () => ({ signalling: NO_TRAFFIC, data: NO_TRAFFIC }) };
  }

  #alerts(): AlertBook {
    return {
      active: () => [],
      get: () => undefined,
      silences: () => [],
      acknowledge: () => undefined,
      silence: (matcher, seconds, by, comment) => ({ id: 'silence-1', matcher, until: seconds * 1_000, by, comment }),
      expireSilence: () => undefined,
      subscribe: (signal) => this.#iterate(signal),
      rules: () => [],
      replaceRules: () => [],
      receivers: () => [],
      testReceiver: async () => undefined,
    };
  }

  #desk(): AlertDesk {
    return {
      raiser: () => {
        const held = this.#hold();
        return {
          put: () => undefined,
          resolve: () => undefined,
          tellDisabled: () => {},
          release: () => held.release(),
        };
      },
      addReceiver: () => this.#hold(),
      follow: () => this.#hold(),
      inhibit: () => {},
      recordAction: () => {},
    };
  }

  #hold(): { release(): void } {
    this.#held++;
    let open = true;
    return {
      release: () => {
        if (open) this.#held--;
        open = false;
      },
    };
  }
}

function drainSwitch(): DrainSwitch {
  let current: Draining | null = null;
  return {
    get current() {
      return current;
    },
    drain: (reason) => {
      current = { since: 1_700_000_000_000, reason };
    },
    resume: () => {
      current = null;
    },
  };
}

/** Makes records as a monitor of the sample nodes does; the node is called `sample-node`, and all detail may leave. */
export function sampleRecords(): RecordMaker {
  const snapshot = sampleSnapshot(RUN_ID);
  const debug = new DebugBook(systemClock, () => true);
  for (const subject of [{ entity: sampleNode('worker').key }, { room: 'room-1' }]) debug.debug(subject, 3_600);
  return new Records({
    options: recordOptions.parse({ node: 'sample-node' }),
    runId: RUN_ID,
    get: (key) => snapshot.get(key),
    debug,
  });
}

function status(): MonitorStatus {
  return {
    runId: RUN_ID,
    state: 'running',
    startedAt: 1_700_000_000_000,
    source: { name: 'sample', version: null, blindSpots: [], fastDecode: null },
    seq: 9,
    entities: 9,
    sampling: [],
    lanes: [],
    cpuShare: null,
    cpuBudget: 0.1,
    longestTurnMs: null,
    events: { published: 9, ringBytes: 0, ringCapacityBytes: 1_048_576 },
    pastSamples: { bytes: 0, capacityBytes: 1_048_576 },
    subscribers: { graph: 0, events: 0, stats: 0 },
    dropped: {},
    plugins: [],
    draining: null,
  };
}
