import { type Alert, ALERT_SEVERITIES, type EventMap, errorText } from '../../../core/index.js';
import { Allowance } from './allowance.js';
import type { Deed, Occasion } from './deed.js';
import type { ActionOptions } from './options.js';

/** Attempts of one action that may run at a time: functions that hang must not pile up. */
const MOST_RUNNING = 10;

type Outcome = EventMap['alert.actionTaken']['outcome'];

interface Dependencies {
  readonly options: ActionOptions;
  readonly deed: Deed;
  readonly dryRun: boolean;
  /** Monotonic time in ms. */
  readonly now: () => number;
  readonly record: (entry: EventMap['alert.actionTaken']) => void;
}

/** An action and the rules it is bound to. Whatever becomes of it is recorded. */
export class BoundAction {
  /** By outcome; counters. */
  readonly counts: Record<Outcome, number> = { done: 0, failed: 0, withheld: 0 };
  readonly deed: Deed;
  readonly #options: ActionOptions;
  readonly #rules: ReadonlySet<string>;
  readonly #allowance: Allowance;
  readonly #dryRun: boolean;
  readonly #now: () => number;
  readonly #record: Dependencies['record'];
  readonly #running = new Set<Promise<void>>();

  constructor({ options, deed, dryRun, now, record }: Dependencies) {
    this.deed = deed;
    this.#options = options;
    this.#rules = new Set(options.rules);
    this.#allowance = new Allowance(options);
    this.#dryRun = dryRun || options.dryRun;
    this.#now = now;
    this.#record = record;
  }

  get name(): string {
    return this.#options.name;
  }

  isFor({ on, alert }: Occasion): boolean {
    return on === this.#options.on && this.watches(alert);
  }

  /** Whether alerts like this one are its business. */
  watches({ name, severity }: Alert): boolean {
    const isGrave = ALERT_SEVERITIES.indexOf(severity) >= ALERT_SEVERITIES.indexOf(this.#options.minSeverity);
    return isGrave && (this.#rules.has(name) || this.#rules.has('*'));
  }

  /** Takes it, unless there is a reason not to. */
  take(occasion: Occasion, signal: AbortSignal): void {
    const { alert } = occasion;
    const why = reasonToWithhold(occasion) ?? this.deed.needless?.(occasion) ?? this.#limit(alert);
    if (why !== null) {
      this.tell(alert, 'withheld', why);
      return;
    }
    if (this.#dryRun) {
      this.tell(alert, 'done', `would ${this.deed.plan(occasion)}`);
      return;
    }
    const run = this.#perform(occasion, signal).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Resolves when nothing of it runs any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  tell({ id, name }: Alert, outcome: Outcome, detail: string): void {
    this.counts[outcome]++;
    this.#record({ action: this.name, rule: name, alert: id, dryRun: this.#dryRun, outcome, detail });
  }

  #limit(alert: Alert): string | null {
    if (this.#running.size >= MOST_RUNNING) return `${MOST_RUNNING} earlier ones have not come to an end`;
    return this.#allowance.take(alert.id, this.#now());
  }

  async #perform(occasion: Occasion, signal: AbortSignal): Promise<void> {
    try {
      this.tell(occasion.alert, 'done', await this.deed.perform(occasion, signal));
    } catch (error) {
      this.tell(occasion.alert, 'failed', errorText(error));
    }
  }
}

function reasonToWithhold({ on, alert }: Occasion): string | null {
  if (on === 'firing' && alert.state !== 'firing') return 'the alert was over already';
  if (alert.silencedUntil !== null) return `the alert is silenced until ${new Date(alert.silencedUntil).toISOString()}`;
  return alert.inhibitedBy === null ? null : `the alert ${alert.inhibitedBy} explains this one`;
}
