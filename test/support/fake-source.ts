import type { Clock } from '../../core/clock.js';
import type { EntityKey } from '../../core/model/entity.js';
import type { SampledKind } from '../../core/model/samples.js';
import type { GraphWriter, Inspection, Reading, Source, StreamReading } from '../../core/source.js';

export interface Asked {
  readonly kind: SampledKind;
  readonly key: EntityKey;
  /** Monotonic ms. */
  readonly at: number;
}

/** How one question is answered: with a reading, `null` as for a closed entity, or an error. */
type Answer = Partial<Reading> | null | Error;

/**
 * A source that answers at once, or after a latency, or, for a worker that hangs, not until it is let go on; then in order,
 * as mediasoup does. Keeps what it was asked and how many questions were open at once.
 */
export class FakeSource implements Source {
  readonly name = 'fake';
  readonly version = '1';
  readonly blindSpots = [];
  readonly asked: Asked[] = [];
  latencyMs = 0;
  /** Most unanswered questions at one time. */
  peakInFlight = 0;
  inFlight = 0;
  /** How often an entity was asked while it was being asked; a worker is probed again when an answer may be lost, which is no such case. */
  askedTwice = 0;
  /** How often detail was asked for, as by `dump()`. */
  inspected = 0;
  readonly #open = new Set<EntityKey>();
  /** Questions whose answer has arrived so far. */
  answered = 0;
  readonly #clock: Clock;
  readonly #workerOf: (key: EntityKey) => EntityKey | undefined;
  readonly #answers = new Map<EntityKey, () => Answer>();
  readonly #held = new Map<EntityKey, (() => void)[]>();
  readonly #lost = new Set<EntityKey>();

  constructor(clock: Clock, workerOf: (key: EntityKey) => EntityKey | undefined) {
    this.#clock = clock;
    this.#workerOf = workerOf;
  }

  start(_writer: GraphWriter): void {}

  stop(): void {}

  /** What this entity answers from now on; the timestamp is the clock's unless given. */
  answer(key: EntityKey, answer: () => Answer): void {
    this.#answers.set(key, answer);
  }

  /** Questions about this entity are never answered. */
  lose(key: EntityKey): void {
    this.#lost.add(key);
  }

  hang(worker: EntityKey): void {
    if (!this.#held.has(worker)) this.#held.set(worker, []);
  }

  goOn(worker: EntityKey): void {
    const held = this.#held.get(worker) ?? [];
    this.#held.delete(worker);
    for (const release of held) release();
  }

  /** The keys asked since the last call, without the probes. */
  takeAsked(kind?: SampledKind): EntityKey[] {
    return this.asked
      .splice(0)
      .filter((asked) => (kind === undefined ? asked.kind !== 'worker' : asked.kind === kind))
      .map(({ key }) => key);
  }

  read<K extends SampledKind>(kind: K, key: EntityKey): Promise<Reading<K> | null> {
    this.asked.push({ kind, key, at: this.#clock.monotonic() });
    if (kind !== 'worker' && this.#open.has(key)) this.askedTwice++;
    this.#open.add(key);
    this.inFlight++;
    this.peakInFlight = Math.max(this.peakInFlight, this.inFlight);
    const answer = new Promise<Reading<K> | null>((resolve, reject) => {
      if (this.#lost.has(key)) return;
      const settle = (): void => {
        this.inFlight--;
        this.#open.delete(key);
        const answer = this.#answers.get(key)?.() ?? {};
        if (answer instanceof Error) reject(answer);
        else if (answer === NOTHING) resolve(null);
        else resolve({ timestamp: this.#clock.monotonic(), values: {}, streams: [], ...answer } as Reading<K>);
      };
      const held = this.#held.get(this.#workerOf(key) ?? key);
      if (held !== undefined) held.push(settle);
      else if (this.latencyMs === 0) settle();
      else this.#clock.setTimeout(settle, this.latencyMs);
    });
    const count = (): void => {
      this.answered++;
    };
    // Before the caller hears of it.
    answer.then(count, count);
    return answer;
  }

  inspect(): Promise<Inspection> {
    this.inspected++;
    return Promise.reject(new Error('not asked for in these tests'));
  }
}

/** The answer of a closed entity. */
export const NOTHING: Partial<Reading> = Object.freeze({});

/** One RTP stream; what is left out is 0 for counters and unknown for the rest. */
export function stream(fields: Partial<StreamReading> = {}): StreamReading {
  return {
    ssrc: 1111,
    rtxSsrc: null,
    rid: null,
    mimeType: 'video/VP8',
    packetCount: 0,
    byteCount: 0,
    packetsLost: 0,
    packetsDiscarded: 0,
    packetsRetransmitted: 0,
    packetsRepaired: 0,
    rtxPacketsDiscarded: 0,
    nackCount: 0,
    nackPacketCount: 0,
    pliCount: 0,
    firCount: 0,
    bitrate: Number.NaN,
    fractionLost: Number.NaN,
    jitter: Number.NaN,
    roundTripTime: Number.NaN,
    score: Number.NaN,
    bitrateByLayer: {},
    ...fields,
  };
}
