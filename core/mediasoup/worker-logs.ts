import type { Clock } from '../clock.js';
import type { EntityKey } from '../model/entity.js';
import type { GraphWriter } from '../source.js';
import { type LogLevel, tapLogs } from './log-tap.js';

const LONGEST_LINE = 2_000;
const PID = /\[pid:(\d+)/;
/**
 * mediasoup warns of every request that came too late for an entity that closed; those of the monitor's own sampling are
 * no news.
 */
const OWN_REQUEST = /^request failed \[method:\w*(GET_STATS|GET_RESOURCE_USAGE|DUMP)\b/;

/** Turns lines that mediasoup and its workers log into events of the worker they name, at a bounded pace. */
export class WorkerLogs {
  readonly #writer: GraphWriter;
  readonly #clock: Clock;
  readonly #level: LogLevel;
  readonly #perSecond: number;
  readonly #workerOf: (pid: number) => EntityKey | null;
  #leave: (() => void) | null = null;
  #allowance: number;
  #filledAt: number;
  #omitted = 0;
  #busy = false;

  constructor(parts: {
    readonly writer: GraphWriter;
    readonly clock: Clock;
    /** `error` leaves warnings out. */
    readonly level: LogLevel;
    /** Lines a second; as many as in ten seconds may come at once. */
    readonly perSecond: number;
    readonly workerOf: (pid: number) => EntityKey | null;
  }) {
    this.#writer = parts.writer;
    this.#clock = parts.clock;
    this.#level = parts.level;
    this.#perSecond = parts.perSecond;
    this.#workerOf = parts.workerOf;
    this.#allowance = parts.perSecond * 10;
    this.#filledAt = parts.clock.monotonic();
  }

  /** False when this mediasoup's logs cannot be heard without harm to the application's listeners. */
  start(observer: object): boolean {
    this.#leave = tapLogs(observer, (level, namespace, text) => this.#heard(level, namespace, text));
    return this.#leave !== null;
  }

  stop(): void {
    this.#leave?.();
    this.#leave = null;
  }

  /** Total: it is called out of mediasoup's own work. */
  #heard(level: LogLevel, namespace: string, text: string): void {
    if (level === 'warn' && (this.#level === 'error' || OWN_REQUEST.test(text))) return;
    // A line that comes of telling a line would never end.
    if (this.#busy || !this.#mayTell()) {
      this.#omitted++;
      return;
    }
    this.#busy = true;
    try {
      this.#tell(level, namespace, text);
    } finally {
      this.#busy = false;
    }
  }

  #tell(level: LogLevel, namespace: string, text: string): void {
    const pid = PID.exec(text)?.[1];
    const worker = pid === undefined ? null : this.#workerOf(Number(pid));
    const omitted = this.#omitted;
    this.#omitted = 0;
    this.#writer.emit(worker, {
      type: 'worker.logged',
      data: {
        level,
        namespace: namespace.replace(/^mediasoup:(WARN:|ERROR:)?/, ''),
        message: text.slice(0, LONGEST_LINE),
        omitted,
      },
    });
  }

  #mayTell(): boolean {
    const now = this.#clock.monotonic();
    const filled = this.#allowance + ((now - this.#filledAt) * this.#perSecond) / 1_000;
    this.#allowance = Math.min(this.#perSecond * 10, filled);
    this.#filledAt = now;
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }
}
