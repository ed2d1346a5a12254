import type { AlertChange, AlertDraft, Alert, ResolveCause } from './alert.js';
import type { EventMap } from '../model/events.js';
import type { ReceiverStatus, ReceiverTest, RuleStatus } from './alert-book.js';

/** What a plugin that raises alerts tells of its rules. */
export interface RuleKeeper {
  rules(): readonly RuleStatus[];
  /** See `AlertBook.replaceRules`. */
  replaceRules(rules: readonly unknown[]): void;
}

/** The right to raise alerts. What was raised with it belongs to it. */
export interface AlertRaiser {
  /**
   * Raises an alert, or replaces what is said of it. Acknowledgement, silence and inhibition stay as they are. Undefined when there are too
   * many: that is counted.
   */
  put(draft: AlertDraft): Alert | undefined;
  /** Ends it and tells everybody. Undefined when it has raised no such alert. */
  resolve(id: string, cause: ResolveCause): Alert | undefined;
  /** Publishes that a rule threw and is not evaluated any more. */
  tellDisabled(rule: string, message: string): void;
  /** Gives the right back, when its plugin stops. Its alerts go without news of an end, for nobody knows whether they ended. */
  release(): void;
}

/** Somebody who tells the world. */
export interface AlertReceiver {
  readonly name: string;
  /** Must not do I/O. */
  status(): ReceiverStatus;
  /** Must end by itself within 30 s. */
  test(): Promise<ReceiverTest>;
}

/** Ends what it was given for. A second call does nothing. */
export interface Registration {
  release(): void;
}

/** What plugins do with alerts beyond reading the book. Everything that is taken here must be given back by `stop`. */
export interface AlertDesk {
  /**
   * Takes over from the conditions that are built in, which raise nothing while there is a raiser. There is one at a time: throws
   * `MonitorError` when `owner` would be the second.
   */
  raiser(owner: string, keeper: RuleKeeper): AlertRaiser;
  /** Throws `MonitorError` when there is a receiver of this name. */
  addReceiver(receiver: AlertReceiver): Registration;
  /**
   * Every change, in order and none left out, in the same turn in which it happens: keep it short. What it throws is logged. It may put and
   * resolve alerts; those changes are told after this one.
   */
  follow(listener: (change: AlertChange) => void): Registration;
  /** Says that another alert explains this one; `null` takes it back. Nothing happens when the alert is not there. */
  inhibit(id: string, by: string | null): void;
  /** Publishes what was done because of an alert, for the audit; about the entity, room and peer of that alert while it lasts. */
  recordAction(action: EventMap['alert.actionTaken']): void;
}
