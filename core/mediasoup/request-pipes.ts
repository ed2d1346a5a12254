import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isPipe, RequestPipe } from './request-pipe.js';

/** Built-in channel on which Node.js tells of every child process while it is being made. */
const NEW_CHILD = 'child_process';
/** mediasoup's worker reads requests from this file descriptor and writes answers to the next. */
const REQUESTS_FD = 3;

interface ChildShape {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  readonly stdio: readonly unknown[];
}

/**
 * Finds the pipes of workers. Watches the children this process makes until a worker among them is asked for; it keeps only
 * such as have pipes at the places where a worker has them. A worker made before `start` has none here, which costs only time.
 */
export class RequestPipes {
  readonly #children = new Set<ChildShape>();

  readonly #onChild = (message: unknown): void => {
    const { process: child } = message as { readonly process?: unknown };
    if (typeof child !== 'object' || child === null) return;
    // Told before it runs: it has its pipes once the call that makes it returns.
    queueMicrotask(() => this.#consider(child as Partial<ChildShape>));
  };

  start(): void {
    subscribe(NEW_CHILD, this.#onChild);
  }

  stop(): void {
    unsubscribe(NEW_CHILD, this.#onChild);
    this.#children.clear();
  }

  /** The pipe of the worker with this pid; `null` when it is not known. To be asked for once. */
  take(pid: number): RequestPipe | null {
    for (const child of this.#children) {
      if (child.pid !== pid) continue;
      this.#children.delete(child);
      const stream = child.stdio[REQUESTS_FD];
      return isPipe(stream) ? new RequestPipe(stream) : null;
    }
    return null;
  }

  #consider(child: Partial<ChildShape>): void {
    for (const known of this.#children) {
      if (known.exitCode !== null || known.signalCode !== null) this.#children.delete(known);
    }
    const { pid, stdio } = child;
    if (pid === undefined || !Array.isArray(stdio)) return;
    if (isPipe(stdio[REQUESTS_FD]) && isPipe(stdio[REQUESTS_FD + 1])) this.#children.add(child as ChildShape);
  }
}
