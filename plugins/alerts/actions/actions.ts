import type {
  Alert,
  AlertBook,
  AlertChange,
  AlertDesk,
  Clock,
  DrainSwitch,
  Registration,
  Timer,
} from '../../../core/index.js';
import { BoundAction } from './bound-action.js';
import { CallDeed } from './call-deed.js';
import type { Deed, Occasion } from './deed.js';
import { DrainDeed } from './drain-deed.js';
import type { ActionOptions, OnAlert } from './options.js';
import { WebhookDeed } from './webhook-deed.js';

/** Alerts that may wait for their turn; those beyond are recorded as withheld. */
const MOST_WAITING = 10_000;
/** Handled in one turn of the event loop. */
const EACH_TURN = 100;

interface Dependencies {
  readonly options: {
    readonly actions: readonly ActionOptions[];
    readonly dryRun: boolean;
    readonly onAlert?: OnAlert | undefined;
  };
  readonly clock: Clock;
  readonly book: AlertBook;
  readonly desk: AlertDesk;
  readonly drain: DrainSwitch;
}

/** Does by itself what operators bound to rules, and records all of it. */
export class Actions {
  readonly #actions: readonly BoundAction[];
  readonly #clock: Clock;
  readonly #book: AlertBook;
  readonly #desk: AlertDesk;
  readonly #abort = new AbortController();
  #waiting: Occasion[] = [];
  #mayResume = false;
  #turn: Timer | null = null;
  #follower: Registration | undefined;

  constructor({ options, clock, book, desk, drain }: Dependencies) {
    this.#clock = clock;
    this.#book = book;
    this.#desk = desk;
    const { onAlert, dryRun } = options;
    this.#actions = options.actions.map(
      (one) =>
        new BoundAction({
          options: one,
          deed: deedOf(one, { clock, drain, onAlert }),
          dryRun,
          now: () => clock.monotonic(),
          record: (entry) => desk.recordAction(entry),
        }),
    );
  }

  /** From now on. Alerts that were carried over from before a restart had their actions then. */
  begin(): void {
    if (this.#actions.length > 0) this.#follower = this.#desk.follow((change) => this.#observe(change));
  }

  counters(): Readonly<Record<string, number>> {
    const sum = (outcome: keyof BoundAction['counts']): number =>
      this.#actions.reduce((total, { counts }) => total + counts[outcome], 0);
    return { actionsDone: sum('done'), actionsFailed: sum('failed'), actionsWithheld: sum('withheld') };
  }

  /** Gives up what runs, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.#follower?.release();
    this.#follower = undefined;
    this.#turn?.cancel();
    this.#turn = null;
    this.#waiting = [];
    this.#abort.abort(new Error('the monitor stops'));
    await Promise.all(this.#actions.map((action) => action.settled()));
    for (const { deed } of this.#actions) deed.close?.();
  }

  #observe({ change, alert }: AlertChange): void {
    const on = change === 'raised' ? 'firing' : change === 'resolved' && alert.firingSince !== null ? 'resolved' : null;
    if (on === null) return;
    if (on === 'resolved') this.#mayResume = true;
    const occasion: Occasion = { on, alert };
    const meant = this.#actions.filter((action) => action.isFor(occasion));
    if (meant.length > 0) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(occasion);
      else for (const action of meant) action.tell(alert, 'withheld', `${MOST_WAITING} alerts wait for their actions`);
    }
    // Later, so that an alert that explains others has had its say.
    this.#turn ??= this.#clock.setTimeout(() => this.#handle(), 0);
  }

  #handle(): void {
    this.#turn = null;
    for (const { on, alert } of this.#waiting.splice(0, EACH_TURN)) {
      const occasion: Occasion = { on, alert: on === 'firing' ? this.#asOfNow(alert) : alert };
      for (const action of this.#actions) if (action.isFor({ on, alert })) action.take(occasion, this.#abort.signal);
    }
    if (this.#waiting.length > 0) {
      this.#turn = this.#clock.setTimeout(() => this.#handle(), 0);
    } else if (this.#mayResume) {
      this.#mayResume = false;
      this.#resume();
    }
  }

  #asOfNow(alert: Alert): Alert {
    return this.#book.get(alert.id) ?? { ...alert, state: 'resolved' };
  }

  #resume(): void {
    for (const action of this.#actions) {
      const { deed } = action;
      const because = deed instanceof DrainDeed ? deed.because : null;
      if (!(deed instanceof DrainDeed) || because === null) continue;
      const isOver = !this.#book.active().some((alert) => alert.state === 'firing' && action.watches(alert));
      if (isOver && deed.resume()) action.tell(because, 'done', 'this node takes work again');
    }
  }
}

interface Means {
  readonly clock: Clock;
  readonly drain: DrainSwitch;
  readonly onAlert: OnAlert | undefined;
}

function deedOf({ name, do: order }: ActionOptions, { clock, drain, onAlert }: Means): Deed {
  switch (order.kind) {
    case 'call':
      return new CallDeed(clock, name, onAlert ?? (() => undefined), order.timeoutMs);
    case 'webhook':
      return new WebhookDeed(clock, order);
    case 'drain':
      return new DrainDeed(drain, order);
  }
}
