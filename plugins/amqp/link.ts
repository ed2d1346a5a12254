import { type Backoff, type Clock, type Logger, SinkError } from '../../core/index.js';
import type { Wire } from './wire.js';

export interface LinkPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
  /** Makes a connection that is ready to publish. */
  connect(signal: AbortSignal): Promise<Wire>;
  /** Text for an error of `connect`. */
  describe(error: unknown): string;
}

/** Causes that are told apart since the last success. More than a broker has. */
const MOST_CAUSES = 20;

type State =
  | { readonly is: 'idle' | 'connecting' | 'stopped' }
  | { readonly is: 'open'; readonly wire: Wire }
  /** `until`: monotonic time of the next attempt. */
  | { readonly is: 'waiting'; readonly until: number };

interface Waiter {
  resolve(wire: Wire): void;
  reject(error: Error): void;
}

/**
 * Keeps a connection to the broker: connects at once, and again after growing, spread waits, for as long as it runs. Every cause of a
 * failure is logged once until messages are confirmed again.
 */
export class Link {
  readonly #ports: LinkPorts;
  readonly #stop = new AbortController();
  readonly #waiters = new Set<Waiter>();
  readonly #told = new Set<string>();
  #state: State = { is: 'idle' };
  #running: Promise<void> | undefined;
  #failure: string | null = null;
  #failingSince = 0;
  #hurry: (() => void) | undefined;
  #connects = 0;
  #failures = 0;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Why there is no connection, or why messages were not confirmed since; `null` when all is well. */
  get failure(): string | null {
    return this.#failure;
  }

  /** For how long, in ms. */
  get failingMs(): number {
    return this.#failure === null ? 0 : this.#ports.clock.monotonic() - this.#failingSince;
  }

  /** Connections made, and attempts and connections that failed. */
  get counts(): { readonly connects: number; readonly failures: number } {
    return { connects: this.#connects, failures: this.#failures };
  }

  get isOpen(): boolean {
    return this.#state.is === 'open';
  }

  get unconfirmed(): number {
    return this.#state.is === 'open' ? this.#state.wire.unconfirmed : 0;
  }

  /** The open connection; waits for an attempt that is under way. Rejects at once between attempts, and tells when to ask again. */
  wire(signal: AbortSignal): Promise<Wire> {
    const state = this.#state;
    if (state.is === 'open') return Promise.resolve(state.wire);
    if (state.is === 'stopped') return Promise.reject(new SinkError('stopped', { recoverable: true }));
    if (state.is === 'waiting') {
      const retryAfterMs = Math.max(1, Math.ceil(state.until - this.#ports.clock.monotonic()));
      return Promise.reject(new SinkError(this.#failure ?? 'not connected', { recoverable: true, retryAfterMs }));
    }
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', abort);
      };
      const waiter: Waiter = {
        resolve: (wire) => {
          end();
          resolve(wire);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const abort = (): void =>
        waiter.reject(new SinkError(this.#failure ?? 'not connected yet', { recoverable: true }));
      this.#waiters.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  /** A message was confirmed: everything works. */
  confirmed(): void {
    this.#ports.backoff.reset();
    this.#told.clear();
    if (this.#failure === null) return;
    this.#failure = null;
    this.#ports.logger.info('publishing works again');
  }

  /** Ends it; a connection is closed in order if the signal leaves time for it. */
  async stop(signal: AbortSignal): Promise<void> {
    const state = this.#state;
    this.#state = { is: 'stopped' };
    for (const waiter of this.#waiters) waiter.reject(new SinkError('stopped', { recoverable: true }));
    if (state.is === 'open') await state.wire.close(signal);
    this.#stop.abort(new Error('stopped'));
    this.#hurry?.();
    await this.#running;
  }

  get #isStopped(): boolean {
    return this.#state.is === 'stopped';
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#state = { is: 'connecting' };
      try {
        const wire = await this.#ports.connect(this.#stop.signal);
        if (this.#isStopped) return await wire.close(AbortSignal.abort());
        this.#opened(wire);
        this.#failed(await wire.closed);
      } catch (error) {
        this.#failed(this.#ports.describe(error));
      }
      if (!this.#isStopped) await this.#pause();
    }
  }

  #opened(wire: Wire): void {
    this.#connects++;
    this.#state = { is: 'open', wire };
    this.#ports.logger.info('connected');
    for (const waiter of this.#waiters) waiter.resolve(wire);
  }

  #failed(failure: string): void {
    if (this.#isStopped) return;
    this.#failures++;
    if (this.#failure === null) this.#failingSince = this.#ports.clock.monotonic();
    this.#failure = failure;
    if (!this.#told.has(failure)) {
      if (this.#told.size >= MOST_CAUSES) this.#told.clear();
      this.#told.add(failure);
      this.#ports.logger.error(failure);
    }
  }

  async #pause(): Promise<void> {
    const { clock, backoff } = this.#ports;
    const ms = backoff.next();
    this.#state = { is: 'waiting', until: clock.monotonic() + ms };
    const error = new SinkError(this.#failure ?? 'not connected', { recoverable: true, retryAfterMs: Math.ceil(ms) });
    for (const waiter of this.#waiters) waiter.reject(error);
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, ms);
      this.#hurry = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#hurry = undefined;
  }
}
