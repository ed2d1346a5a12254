import type { MonitorEvent } from '../../../core/index.js';

const BUCKET_MS = 10_000;

/** Counts what happened in the last so many ms, to 10 s. */
class WindowCount {
  readonly #counts: number[];
  #bucket = 0;

  constructor(windowMs: number) {
    this.#counts = new Array<number>(Math.ceil(windowMs / BUCKET_MS)).fill(0);
  }

  add(nowMs: number, by = 1): void {
    this.#advance(nowMs);
    const at = this.#bucket % this.#counts.length;
    this.#counts[at] = (this.#counts[at] ?? 0) + by;
  }

  sum(nowMs: number): number {
    this.#advance(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    const steps = Math.min(bucket - this.#bucket, this.#counts.length);
    for (let step = 0; step < steps; step++) this.#counts[(bucket - step) % this.#counts.length] = 0;
    this.#bucket = Math.max(bucket, this.#bucket);
  }
}

const FIVE_MINUTES = 300_000;
const FIFTEEN_MINUTES = 900_000;

/** What happened lately to connections and workers. */
export class Windows {
  readonly #monotonic: () => number;
  readonly #iceDisconnects = new WindowCount(FIVE_MINUTES);
  readonly #dtlsFailures = new WindowCount(FIVE_MINUTES);
  readonly #dtlsConnects = new WindowCount(FIVE_MINUTES);
  readonly #neverConnected = new WindowCount(FIFTEEN_MINUTES);
  readonly #opened = new WindowCount(FIFTEEN_MINUTES);
  readonly #deaths = new WindowCount(FIVE_MINUTES);
  readonly #skipped = new WindowCount(FIVE_MINUTES);
  readonly #ticks = new WindowCount(FIVE_MINUTES);
  readonly #ticksOf = new Map<string, number>();

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  observe(event: MonitorEvent): void {
    const now = this.#monotonic();
    switch (event.type) {
      case 'transport.iceStateChanged':
        if (event.data.to === 'disconnected') this.#iceDisconnects.add(now);
        break;
      case 'transport.dtlsStateChanged':
        if (event.data.to === 'failed') this.#dtlsFailures.add(now);
        else if (event.data.to === 'connected') this.#dtlsConnects.add(now);
        break;
      case 'transport.created':
        this.#opened.add(now);
        break;
      case 'transport.neverConnected':
        this.#neverConnected.add(now);
        break;
      case 'worker.died':
        this.#deaths.add(now);
        break;
      case 'worker.closed':
        if (event.entity !== null) this.#ticksOf.delete(event.entity.key);
        break;
      case 'monitor.tickSkipped':
        if (event.data.reason === 'running') this.#skipped.add(now);
        break;
      default:
    }
  }

  /** A tick of a worker was sampled. */
  ticked(worker: string, tick: number): void {
    if (this.#ticksOf.get(worker) === tick) return;
    this.#ticksOf.set(worker, tick);
    this.#ticks.add(this.#monotonic());
  }

  get iceDisconnects(): number {
    return this.#iceDisconnects.sum(this.#monotonic());
  }

  get dtlsFailures(): number {
    return this.#dtlsFailures.sum(this.#monotonic());
  }

  /** Of the handshakes that ended; `NaN` when none did. */
  get dtlsFailureRatio(): number {
    const failures = this.dtlsFailures;
    return failures / (failures + this.#dtlsConnects.sum(this.#monotonic()));
  }

  get neverConnected(): number {
    return this.#neverConnected.sum(this.#monotonic());
  }

  /** Of the transports that opened; `NaN` when none did. */
  get neverConnectedRatio(): number {
    const { neverConnected } = this;
    return neverConnected / Math.max(neverConnected, this.#opened.sum(this.#monotonic()));
  }

  get workerDeaths(): number {
    return this.#deaths.sum(this.#monotonic());
  }

  /** Ticks left out because the one before still ran, of all; `NaN` before the first. */
  get tickSkipRatio(): number {
    const skipped = this.#skipped.sum(this.#monotonic());
    return skipped / (skipped + this.#ticks.sum(this.#monotonic()));
  }
}
