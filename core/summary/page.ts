import type { ConsumerLayers, MediaKind } from '../model/entity.js';
import type { Interned } from '../interned.js';
import { NarrowRows } from '../sampling/narrow-rows.js';
import { QuantileSketches } from './quantile-sketches.js';
import { RareCounts } from './rare-counts.js';
import { SCORES, ScoreTimes } from './score-times.js';

/** Rows of one page. Pages come and go with the entities, so growing copies nothing and little stays empty. */
export const PAGE_ROWS = 1_024;

/** Layers of each dimension that are told apart; mediasoup knows no more than three. */
export const LAYERS = 4;
/** Times by layer in a row: nothing forwarded, then by spatial, then by temporal layer. */
export const LAYER_TIMES = 1 + 2 * LAYERS;

/** Bits of `flags`. */
export const PAUSED = 1;
export const SOURCE_PAUSED = 2;
export const LAYERED = 4;
export const VIDEO = 8;

const UNKNOWN = -1;

/**
 * What is remembered of the open entities of one kind until they close, in columns, because objects with as many numbers take
 * three times the memory. Times are whole monotonic ms.
 */
export class Page {
  /** Rows in use. */
  used = 0;
  readonly samples = new Uint32Array(PAGE_ROWS);
  readonly pausedMs = new RareCounts(PAGE_ROWS);
  /** Stalls of a producer, starvations of a consumer, idle times of a transport, full buffers of a data consumer. */
  readonly troubles = new RareCounts(PAGE_ROWS);
  readonly troubledMs = new RareCounts(PAGE_ROWS);
  readonly switches = new RareCounts(PAGE_ROWS);
  /** ms from opening: the first media; of transports ICE. `NaN` while it has not happened. */
  readonly firstMs = new Float32Array(PAGE_ROWS);
  /** The same of DTLS; `null` where the kind has no such. */
  readonly secondMs: Float32Array | null;
  readonly #names: Interned;
  /** Their numbers among the names; unknown for none. */
  readonly #mimeTypes = new NarrowRows(1);
  readonly sketches: readonly QuantileSketches[];
  /** `null` where the kind has no scores. */
  readonly scores: ScoreTimes | null;
  #layerMs: Uint32Array | null = null;
  /** Modulo 2^32: what lasts for less than 49 days is told by the difference. */
  readonly #settledAt = new Uint32Array(PAGE_ROWS);
  /** By row, of those that stand still now. */
  readonly #troubledSince = new Map<number, number>();
  readonly #flags = new Uint8Array(PAGE_ROWS);
  readonly #score = new Int8Array(PAGE_ROWS);
  /** Spatial and temporal layer of each row, from the first consumer on that is forwarded any. */
  #layers: Int8Array | null = null;

  /** `sketches`: values whose percentiles are wanted. Times by score and of DTLS take memory only where the kind has such. */
  constructor(
    has: { readonly sketches: number; readonly scores: boolean; readonly handshakes: boolean },
    names: Interned,
  ) {
    this.#names = names;
    this.#mimeTypes.reserve(PAGE_ROWS - 1);
    this.secondMs = has.handshakes ? new Float32Array(PAGE_ROWS) : null;
    this.sketches = Array.from({ length: has.sketches }, () => new QuantileSketches(PAGE_ROWS));
    this.scores = has.scores ? new ScoreTimes(PAGE_ROWS) : null;
  }

  /** Begins a row anew. */
  open(row: number, now: number, flags: number): void {
    this.samples[row] = 0;
    this.pausedMs.clear(row);
    this.troubles.clear(row);
    this.troubledMs.clear(row);
    this.switches.clear(row);
    this.firstMs[row] = Number.NaN;
    if (this.secondMs !== null) this.secondMs[row] = Number.NaN;
    this.#mimeTypes.forget(row);
    this.#layerMs?.fill(0, row * LAYER_TIMES, (row + 1) * LAYER_TIMES);
    this.#settledAt[row] = Math.round(now);
    this.#flags[row] = flags;
    this.#score[row] = UNKNOWN;
    this.#layers?.fill(UNKNOWN, 2 * row, 2 * (row + 1));
  }

  /** Gives back what the row need not keep. */
  close(row: number): void {
    for (const sketches of this.sketches) sketches.clear(row);
    this.scores?.clear(row);
    this.#troubledSince.delete(row);
  }

  mimeType(row: number): string | null {
    return this.#names.textOf(this.#mimeTypes.get(row, 0));
  }

  setMimeType(row: number, mimeType: string | null): void {
    this.#mimeTypes.set(row, 0, mimeType === null ? Number.NaN : this.#names.numberOf(mimeType));
  }

  /** `LAYER_TIMES` for each row. Made for the first consumer with layers. */
  get layerMs(): Uint32Array {
    this.#layerMs ??= new Uint32Array(PAGE_ROWS * LAYER_TIMES);
    return this.#layerMs;
  }

  isPaused(row: number): boolean {
    return (this.#flags[row]! & (PAUSED | SOURCE_PAUSED)) !== 0;
  }

  mediaKind(row: number): MediaKind {
    return (this.#flags[row]! & VIDEO) === 0 ? 'audio' : 'video';
  }

  isLayered(row: number): boolean {
    return (this.#flags[row]! & LAYERED) !== 0;
  }

  setFlag(row: number, flag: number, on: boolean, now: number): void {
    this.settle(row, now);
    this.#flags[row] = on ? this.#flags[row]! | flag : this.#flags[row]! & ~flag;
  }

  setScore(row: number, score: number | null, now: number): void {
    this.settle(row, now);
    this.#score[row] = score === null ? UNKNOWN : Math.min(SCORES - 1, Math.max(0, Math.round(score)));
  }

  setLayers(row: number, layers: ConsumerLayers | null, now: number): void {
    this.settle(row, now);
    if (layers === null && this.#layers === null) return;
    this.#layers ??= new Int8Array(2 * PAGE_ROWS).fill(UNKNOWN);
    this.#layers[2 * row] = layers === null ? UNKNOWN : Math.min(LAYERS - 1, layers.spatialLayer);
    this.#layers[2 * row + 1] = Math.min(LAYERS - 1, layers?.temporalLayer ?? UNKNOWN);
  }

  /** Standing still began `silentMs` ago. */
  troubleBegan(row: number, silentMs: number, now: number): void {
    this.troubles.add(row, 1);
    this.#troubledSince.set(row, Math.round(now - silentMs));
  }

  troubleEnded(row: number, now: number): void {
    const since = this.#troubledSince.get(row);
    if (since === undefined) return;
    this.troubledMs.add(row, Math.max(0, Math.round(now) - since));
    this.#troubledSince.delete(row);
  }

  /** Adds the time since the last change to what has been the case since. */
  settle(row: number, now: number): void {
    const at = Math.round(now);
    const elapsed = (at - this.#settledAt[row]!) >>> 0;
    this.#settledAt[row] = at;
    if (this.isPaused(row)) {
      this.pausedMs.add(row, elapsed);
      return;
    }
    const score = this.#score[row]!;
    if (score !== UNKNOWN) this.scores?.add(row, score, elapsed);
    if (!this.isLayered(row)) return;
    const spatial = this.#layers?.[2 * row] ?? UNKNOWN;
    const temporal = this.#layers?.[2 * row + 1] ?? UNKNOWN;
    const from = row * LAYER_TIMES;
    this.layerMs[from + (spatial === UNKNOWN ? 0 : 1 + spatial)]! += elapsed;
    if (temporal !== UNKNOWN) this.layerMs[from + 1 + LAYERS + temporal]! += elapsed;
  }
}
