import type { Clock } from '../clock.js';
import { MonitorError } from '../errors.js';
import { errorText } from '../error-text.js';
import type { Logger } from '../logger.js';
import type { EventMap, MonitorEvent } from '../model/events.js';
import type { EventInput } from '../source.js';
import type { Alert, AlertChange, AlertDraft, ResolveCause } from './alert.js';
import type { AlertBook, ReceiverStatus, ReceiverTest, RuleStatus } from './alert-book.js';
import type { AlertDesk, AlertRaiser, AlertReceiver, Registration, RuleKeeper } from './alert-desk.js';
import { AlertStore, type AlertStoreLimits } from './alert-store.js';
import { BuiltInAlerts } from './built-in-alerts.js';
import type { Silence, SilenceMatcher } from './silence.js';

interface Dependencies extends AlertStoreLimits {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Publishes an event about the entity, room and peer of an alert. */
  readonly emit: (event: EventInput, alert?: Pick<Alert, 'entity' | 'room' | 'peer'>) => void;
}

/** All there is of alerts: the book for readers, the desk for plugins. Raises the built-in ones while no plugin raises any. */
export class AlertRegister implements AlertBook, AlertDesk {
  readonly #clock: Clock;
  readonly #store: AlertStore;
  readonly #builtIn: BuiltInAlerts;
  readonly #emit: Dependencies['emit'];
  readonly #receivers = new Map<string, AlertReceiver>();
  #keeper: { readonly owner: string; readonly keeper: RuleKeeper } | undefined;
  #closed = false;

  constructor({ clock, logger, emit, ...limits }: Dependencies) {
    this.#clock = clock;
    this.#store = new AlertStore({ clock, logger, ...limits });
    this.#builtIn = new BuiltInAlerts(this.#store);
    this.#emit = emit;
  }

  /** Alerts not kept because there were too many, and changes lost to slow subscribers; a counter. */
  get dropped(): number {
    return this.#store.dropped;
  }

  get subscribers(): number {
    return this.#store.subscribers;
  }

  /** Must be told every event, in order. */
  observe(event: MonitorEvent): void {
    if (!this.#closed && this.#keeper === undefined) this.#builtIn.observe(event);
  }

  active(): readonly Alert[] {
    return this.#store.active();
  }

  get(id: string): Alert | undefined {
    return this.#store.get(id);
  }

  silences(): readonly Silence[] {
    return this.#store.silences();
  }

  acknowledge(id: string, by: string, comment: string): Alert | undefined {
    return this.#store.acknowledge(id, by, comment);
  }

  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence {
    return this.#store.silence(matcher, seconds, by, comment);
  }

  expireSilence(id: string): Silence | undefined {
    return this.#store.expireSilence(id);
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.#store.subscribe(signal);
  }

  follow(listener: (change: AlertChange) => void): Registration {
    return this.#store.follow(listener);
  }

  inhibit(id: string, by: string | null): void {
    this.#store.inhibit(id, by);
  }

  recordAction(action: EventMap['alert.actionTaken']): void {
    this.#emit({ type: 'alert.actionTaken', data: action }, this.#store.get(action.alert));
  }

  rules(): readonly RuleStatus[] {
    return this.#keeper?.keeper.rules() ?? [];
  }

  replaceRules(rules: readonly unknown[]): readonly RuleStatus[] {
    if (this.#keeper === undefined) {
      throw new MonitorError('SFUSCOPE_ALERTS', 'No plugin takes alert rules: the plugin alerts is not in use.');
    }
    this.#keeper.keeper.replaceRules(rules);
    return this.rules();
  }

  raiser(owner: string, keeper: RuleKeeper): AlertRaiser {
    if (this.#keeper !== undefined) {
      const message = `'${owner}' cannot raise alerts: '${this.#keeper.owner}' raises them already.`;
      throw new MonitorError('SFUSCOPE_ALERTS', message, { plugin: owner });
    }
    const own = { owner, keeper };
    const raised = new Set<string>();
    this.#keeper = own;
    // The same thing must not be told of twice, by two names.
    for (const { id } of this.#store.active()) this.#store.resolve(id);
    return {
      put: (draft) => this.#put(draft, raised),
      resolve: (id, cause) => (raised.delete(id) ? this.#resolve(id, cause) : undefined),
      tellDisabled: (rule, message) => this.#emit({ type: 'alert.ruleDisabled', data: { rule, message } }),
      release: () => {
        for (const id of raised) this.#store.forget(id);
        raised.clear();
        if (this.#keeper === own) this.#keeper = undefined;
      },
    };
  }

  receivers(): readonly ReceiverStatus[] {
    return [...this.#receivers.values()].map((receiver) => receiver.status());
  }

  async testReceiver(name: string): Promise<ReceiverTest | undefined> {
    const began = this.#clock.monotonic();
    try {
      return await this.#receivers.get(name)?.test();
    } catch (error) {
      return { ok: false, detail: errorText(error), durationMs: this.#clock.monotonic() - began };
    }
  }

  addReceiver(receiver: AlertReceiver): Registration {
    const { name } = receiver;
    if (this.#receivers.has(name)) {
      throw new MonitorError('SFUSCOPE_ALERTS', `There is a receiver '${name}' already.`);
    }
    this.#receivers.set(name, receiver);
    return {
      release: () => {
        if (this.#receivers.get(name) === receiver) this.#receivers.delete(name);
      },
    };
  }

  /** Ends every subscription. Nothing is raised after it. */
  close(): void {
    this.#closed = true;
    this.#store.close();
  }

  #put(draft: AlertDraft, raised: Set<string>): Alert | undefined {
    if (this.#closed) return undefined;
    const wasFiring = this.#store.get(draft.id)?.state === 'firing';
    const alert = this.#store.put(draft);
    if (alert === undefined) return undefined;
    raised.add(alert.id);
    // One that was carried over from before a restart is no news.
    if (alert.state === 'firing' && !wasFiring && !draft.carriedOver) this.#tellFired(alert);
    return alert;
  }

  #resolve(id: string, cause: ResolveCause): Alert | undefined {
    const alert = this.#store.resolve(id);
    if (alert === undefined || alert.firingSince === null) return alert;
    const { name: rule, severity } = alert;
    const firingMs = Math.max(0, this.#clock.now() - alert.firingSince);
    this.#emit({ type: 'alert.resolved', data: { alert: id, rule, severity, cause, firingMs } }, alert);
    return alert;
  }

  #tellFired(alert: Alert): void {
    const { id, name: rule, severity, annotations } = alert;
    this.#emit({ type: 'alert.fired', data: { alert: id, rule, severity, summary: annotations.summary } }, alert);
  }
}
