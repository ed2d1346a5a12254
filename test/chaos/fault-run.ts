import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { QueueReader } from '../support/amqp/queue-reader.js';
import type { Rabbitmq } from '../support/amqp/rabbitmq.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { judge, type Sent, type Verdict } from './arrivals.js';
import { PublisherProcess, type PublisherTask } from './publisher-process.js';

/**
 * stop: the broker is shut down and started again. freeze: it is held still with SIGSTOP. cut: connections are reset in the middle of
 * confirmations. kill: the publishing process is killed (SIGKILL) and started anew while the broker is away.
 */
export const FAULTS = ['stop', 'freeze', 'cut', 'kill'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultPlan {
  readonly seed: number;
  readonly fault: Fault;
  readonly records: number;
  readonly perSecond: number;
  /** How long the broker is away. */
  readonly outageMs: number;
}

export interface FaultReport extends FaultPlan, Verdict {
  /** Connections made after the first, those of a restarted process included. */
  readonly reconnects: number;
  /** How long before the SIGKILL the first record that was lost had been handed over, in ms; `null` when none was lost. */
  readonly killWindowMs: number | null;
  /** Most live bytes that the publisher held above those at its start, in MiB. */
  readonly heldMiB: number;
  /** Of the publisher's event loop, in ms. */
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly seconds: number;
  /** What was promised and does not hold; empty when all does. */
  readonly broken: readonly string[];
}

/** For each reconnect. */
const MOST_DUPLICATES = 256;
const MOST_HELD_MIB = 32;
const ENTITIES = 100;
const DRAIN_MS = 120_000;
const MIB = 1_048_576;
const CUTS = 5;

/** Publishes under one fault, and compares what arrived with what was sent. The broker runs again when it resolves. */
export async function runFault(broker: Rabbitmq, plan: FaultPlan): Promise<FaultReport> {
  const began = performance.now();
  const scene = new Scene(broker, plan);
  try {
    await scene.play();
    return scene.report(await scene.arrivals(), (performance.now() - began) / 1_000);
  } finally {
    await scene.clear();
  }
}

/** Shorter runs strike soon after the queue was declared. */
const LEAST_QUORUM_OUTAGE_MS = 5_000;

class Scene {
  readonly #broker: Rabbitmq;
  readonly #plan: FaultPlan;
  readonly #random: () => number;
  readonly #queueType: 'quorum' | 'classic';
  readonly #folder = mkdtempSync(join(tmpdir(), 'sfuscope-chaos-'));
  readonly #name: string;
  readonly #sent: Sent[] = [];
  readonly #running = new Set<PublisherProcess>();
  #proxy: TcpProxy | undefined;
  #killed: { readonly publisher: PublisherProcess; readonly at: number } | undefined;
  #heldBytes = 0;
  #connects = 0;
  #delayP99Ms = 0;
  #delayMaxMs = 0;

  constructor(broker: Rabbitmq, plan: FaultPlan) {
    this.#broker = broker;
    this.#plan = plan;
    this.#random = seeded(plan.seed);
    // A quorum queue that is killed in its first second may not come back: that is no fault of the publisher.
    const isQuorum = this.#random() < 0.5 && plan.outageMs >= LEAST_QUORUM_OUTAGE_MS;
    this.#queueType = isQuorum ? 'quorum' : 'classic';
    this.#name = `chaos-${plan.fault}-${plan.seed}`;
  }

  async play(): Promise<void> {
    const { fault, records } = this.#plan;
    this.#proxy = fault === 'cut' ? await TcpProxy.start(this.#broker.port) : undefined;
    if (fault === 'kill') return this.#playKill();
    const publisher = this.#publisher(0, records);
    await publisher.reached(Math.floor(records * (0.1 + 0.4 * this.#random())));
    await this.#harm(publisher);
    await this.#finish(publisher, 0);
  }

  async arrivals(): Promise<Verdict> {
    const model = await connect(this.#broker.url);
    const channel = await model.createChannel();
    const { messageCount } = await channel.checkQueue(this.#name);
    const done = (count: number): boolean => count >= messageCount;
    const reader = await QueueReader.drain(this.#broker.url, this.#name, done, DRAIN_MS);
    await reader.close();
    await channel.deleteQueue(this.#name);
    await model.close();
    return judge(reader.messages, this.#sent, ENTITIES);
  }

  report(verdict: Verdict, seconds: number): FaultReport {
    // The first connection of the first process is none; that of a restarted process repeats what was in flight.
    const reconnects = Math.max(0, this.#connects - 1);
    const heldMiB = this.#heldBytes / MIB;
    const broken = [
      ...(verdict.lost > 0 ? [`${verdict.lost} lost`] : []),
      ...(verdict.duplicates > MOST_DUPLICATES * reconnects ? [`${verdict.duplicates} duplicates`] : []),
      ...(verdict.changed > 0 ? [`${verdict.changed} duplicates differ`] : []),
      ...(verdict.misordered > 0 ? [`${verdict.misordered} out of order`] : []),
      ...(heldMiB > MOST_HELD_MIB ? [`${heldMiB.toFixed(1)} MiB held`] : []),
    ];
    const { delayP99Ms, delayMaxMs } = { delayP99Ms: this.#delayP99Ms, delayMaxMs: this.#delayMaxMs };
    const killWindowMs = this.#killWindowMs(verdict);
    return { ...this.#plan, ...verdict, reconnects, killWindowMs, heldMiB, delayP99Ms, delayMaxMs, seconds, broken };
  }

  async clear(): Promise<void> {
    for (const publisher of this.#running) await publisher.kill();
    await this.#proxy?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #killWindowMs({ firstLost }: Verdict): number | null {
    if (firstLost === null || this.#killed === undefined) return null;
    const { publisher, at } = this.#killed;
    return at - (publisher.pushedAt(firstLost[1]) ?? at);
  }

  async #harm(publisher: PublisherProcess): Promise<void> {
    const { fault, outageMs } = this.#plan;
    if (fault === 'cut') return this.#cut(publisher);
    if (fault === 'freeze') this.#broker.freeze();
    else if (this.#random() < 0.5) await this.#broker.stop();
    else await this.#broker.kill();
    await pause(outageMs);
    await this.#measure(publisher);
    if (fault === 'freeze') this.#broker.thaw();
    else await this.#broker.restart();
  }

  async #cut(publisher: PublisherProcess): Promise<void> {
    const { records } = this.#plan;
    for (let cut = 0; cut < CUTS; cut++) {
      this.#proxy?.cutAfter(Math.floor(300 * this.#random()));
      await publisher.reached(Math.min(records, publisher.pushed + Math.floor(records * 0.1 * this.#random())));
      await this.#measure(publisher);
    }
  }

  async #playKill(): Promise<void> {
    const { records, outageMs } = this.#plan;
    const first = this.#publisher(0, records);
    await first.reached(Math.floor(records * (0.1 + 0.2 * this.#random())));
    await this.#broker.stop();
    await first.reached(Math.floor(records * (0.4 + 0.3 * this.#random())));
    await this.#measure(first);
    const at = await first.kill();
    this.#running.delete(first);
    this.#killed = { publisher: first, at };
    this.#sent.push({ generation: 0, expected: first.safe, pushed: first.pushed });
    this.#connects++;
    // It waits for what it publishes itself, and what the first left on disk goes out before that.
    const second = this.#publisher(1, Math.max(Math.ceil(records / 10), records - first.pushed));
    await pause(outageMs);
    await this.#measure(second);
    await this.#broker.restart();
    await this.#finish(second, 1);
  }

  #publisher(generation: number, records: number): PublisherProcess {
    const { perSecond } = this.#plan;
    const task: PublisherTask = {
      generation,
      records,
      perSecond,
      entities: ENTITIES,
      plugin: {
        url: `amqp://127.0.0.1:${this.#proxy?.port ?? this.#broker.port}`,
        exchange: { name: this.#name },
        queue: { name: this.#name, type: this.#queueType },
        reconnect: { initialMs: 100, maxMs: 2_000 },
        spool: { directory: this.#folder },
      },
    };
    const publisher = new PublisherProcess(task);
    this.#running.add(publisher);
    return publisher;
  }

  async #finish(publisher: PublisherProcess, generation: number): Promise<void> {
    const { counters, delayP99Ms, delayMaxMs } = await publisher.result();
    this.#running.delete(publisher);
    this.#sent.push({ generation, expected: publisher.pushed, pushed: publisher.pushed });
    this.#connects += counters.connects ?? 0;
    this.#delayP99Ms = Math.max(this.#delayP99Ms, delayP99Ms);
    this.#delayMaxMs = Math.max(this.#delayMaxMs, delayMaxMs);
  }

  async #measure(publisher: PublisherProcess): Promise<void> {
    const measurement = await publisher.measure();
    this.#heldBytes = Math.max(this.#heldBytes, measurement?.heldBytes ?? 0);
  }
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
