export interface FlapOptions {
  readonly ends: number;
  readonly withinMs: number;
  readonly holdMs: number;
}

/** Most alerts whose ends are remembered. */
const CAPACITY = 2_000;

/** Remembers how often each alert ended lately. */
export class FlapGuard {
  readonly #options: FlapOptions;
  readonly #endsOf = new Map<string, number[]>();

  constructor(options: FlapOptions) {
    this.#options = options;
  }

  ended(id: string, now: number): void {
    const { ends, withinMs } = this.#options;
    const times = (this.#endsOf.get(id) ?? []).filter((at) => now - at < withinMs);
    times.push(now);
    // The one that ended last comes last, so that the oldest can be forgotten first.
    this.#endsOf.delete(id);
    this.#endsOf.set(id, times.slice(-ends));
    if (this.#endsOf.size <= CAPACITY) return;
    const [oldest] = this.#endsOf.keys();
    if (oldest !== undefined) this.#endsOf.delete(oldest);
  }

  isFlapping(id: string, now: number): boolean {
    const { ends, withinMs, holdMs } = this.#options;
    const times = this.#endsOf.get(id);
    return holdMs > 0 && times !== undefined && times.length >= ends && now - (times[0] ?? 0) < withinMs;
  }

  get holdMs(): number {
    return this.#options.holdMs;
  }
}
