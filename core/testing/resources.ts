import { type AsyncHook, createHook } from 'node:async_hooks';

/** Kinds of handle that come and go by themselves, whatever a plugin does. Timers are watched one by one instead. */
const PASSING = new Set(['Immediate', 'TickObject', 'CloseReq', 'FSReqCallback', 'FSReqPromise', 'Timeout']);

/** Sees what keeps the process alive now and did not when the watch began. */
export class ResourceWatch {
  readonly #before = count();
  /** Timers set since, by async id. Counting them would not do: one that was there before may have run out meanwhile. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #hook: AsyncHook;

  constructor() {
    this.#hook = createHook({
      init: (id, type, _trigger, resource) => {
        if (type === 'Timeout') this.#timers.set(id, resource as NodeJS.Timeout);
      },
      destroy: (id) => this.#timers.delete(id),
    }).enable();
  }

  /** What was added, in words; empty when nothing was. */
  get added(): readonly string[] {
    const timers = [...this.#timers.values()].filter((timer) => timer.hasRef()).length;
    const counts = [...count()].map(([kind, now]) => [kind, now - (this.#before.get(kind) ?? 0)] as const);
    return [...counts, ['Timeout', timers] as const]
      .filter(([, more]) => more > 0)
      .map(([kind, more]) => `${kind} (${more} more)`);
  }

  end(): void {
    this.#hook.disable();
  }
}

function count(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!PASSING.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
