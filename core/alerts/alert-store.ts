import type { Clock } from '../clock.js';
import { ConflatedByKey } from '../dispatch/conflated-by-key.js';
import { errorText } from '../error-text.js';
import type { Logger } from '../logger.js';
import type { EntityKey } from '../model/entity.js';
import type { Alert, AlertChange, AlertDraft } from './alert.js';
import type { Registration } from './alert-desk.js';
import { fingerprint } from './fingerprint.js';
import type { Silence, SilenceMatcher } from './silence.js';
import { cutComment, cutName, SilenceBook } from './silence-book.js';

const NO_IDS: readonly string[] = [];

export interface AlertStoreLimits {
  /** @default 10,000 */
  readonly maxAlerts?: number;
  /** @default 1,000 */
  readonly maxSilences?: number;
}

interface Dependencies extends AlertStoreLimits {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The alerts that last, the silences over them, and who is told of their changes. */
export class AlertStore {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #maxAlerts: number;
  /** By id, oldest first. */
  readonly #alerts = new Map<string, Alert>();
  /** Ids by entity, because most entities that close have no alert. */
  readonly #idsOf = new Map<EntityKey, Set<string>>();
  readonly #silences: SilenceBook;
  readonly #changes: ConflatedByKey<string, AlertChange>;
  readonly #listeners = new Set<(change: AlertChange) => void>();
  /** Changes that listeners made while they were told of one. */
  readonly #untold: AlertChange[] = [];
  #isTelling = false;
  #dropped = 0;

  constructor({ clock, logger, maxAlerts = 10_000, maxSilences = 1_000 }: Dependencies) {
    this.#clock = clock;
    this.#logger = logger;
    this.#maxAlerts = maxAlerts;
    this.#silences = new SilenceBook(clock, maxSilences);
    this.#changes = new ConflatedByKey(maxAlerts);
  }

  /** Alerts not kept because there were too many, and changes lost to slow subscribers; a counter. */
  get dropped(): number {
    return this.#dropped + this.#changes.dropped;
  }

  get subscribers(): number {
    return this.#changes.subscribers;
  }

  active(): Alert[] {
    return [...this.#alerts.values()].map((alert) => this.#asOfNow(alert));
  }

  get(id: string): Alert | undefined {
    const alert = this.#alerts.get(id);
    return alert && this.#asOfNow(alert);
  }

  idsOf(key: EntityKey): readonly string[] {
    const ids = this.#idsOf.get(key);
    return ids === undefined ? NO_IDS : [...ids];
  }

  /** `undefined` for one alert too many. */
  put(draft: AlertDraft): Alert | undefined {
    const before = this.#alerts.get(draft.id);
    if (before === undefined && this.#alerts.size >= this.#maxAlerts) {
      this.#dropped++;
      return undefined;
    }
    const { carriedOver = false, ...said } = draft;
    const alert: Alert = {
      ...said,
      fingerprint: before?.labels === draft.labels ? before.fingerprint : fingerprint(draft.labels),
      resolvedAt: null,
      acknowledged: draft.acknowledged ?? before?.acknowledged ?? null,
      inhibitedBy: before?.inhibitedBy ?? null,
      silencedUntil: null,
    };
    const silenced = { ...alert, silencedUntil: this.#silences.until(alert) };
    this.#index(before, silenced);
    this.#replace(carriedOver ? 'updated' : changeOf(before, silenced), silenced);
    return silenced;
  }

  resolve(id: string): Alert | undefined {
    const alert = this.#alerts.get(id);
    if (alert === undefined) return undefined;
    this.forget(id);
    const resolved: Alert = { ...this.#asOfNow(alert), state: 'resolved', resolvedAt: this.#clock.now() };
    this.#tell({ change: 'resolved', alert: resolved });
    return resolved;
  }

  /** Removes it and tells nobody. */
  forget(id: string): void {
    const alert = this.#alerts.get(id);
    if (alert === undefined) return;
    this.#alerts.delete(id);
    this.#index(alert, undefined);
  }

  acknowledge(id: string, by: string, comment: string): Alert | undefined {
    const alert = this.#alerts.get(id);
    if (alert === undefined) return undefined;
    const acknowledged = { at: this.#clock.now(), by: cutName(by), comment: cutComment(comment) };
    return this.#replace('acknowledged', { ...alert, acknowledged, silencedUntil: this.#silences.until(alert) });
  }

  inhibit(id: string, by: string | null): void {
    const alert = this.#alerts.get(id);
    if (alert === undefined || alert.inhibitedBy === by) return;
    this.#replace(by === null ? 'uninhibited' : 'inhibited', { ...alert, inhibitedBy: by });
  }

  silences(): readonly Silence[] {
    return this.#silences.active();
  }

  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence {
    const silence = this.#silences.add(matcher, seconds, by, comment);
    this.#silenceAnew();
    return silence;
  }

  expireSilence(id: string): Silence | undefined {
    const silence = this.#silences.remove(id);
    if (silence !== undefined) this.#silenceAnew();
    return silence;
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.#changes.subscribe(signal);
  }

  follow(listener: (change: AlertChange) => void): Registration {
    // A function of its own for each, for the same one may be given twice.
    const own = (change: AlertChange): void => listener(change);
    this.#listeners.add(own);
    return { release: () => void this.#listeners.delete(own) };
  }

  close(): void {
    this.#changes.close();
    this.#listeners.clear();
  }

  #silenceAnew(): void {
    for (const alert of this.#alerts.values()) {
      const silencedUntil = this.#silences.until(alert);
      if (silencedUntil === alert.silencedUntil) continue;
      this.#replace(silencedUntil === null ? 'unsilenced' : 'silenced', { ...alert, silencedUntil });
    }
  }

  /** A silence that has ended leaves its time in the alert until somebody looks. */
  #asOfNow(alert: Alert): Alert {
    if (alert.silencedUntil === null || alert.silencedUntil > this.#clock.now()) return alert;
    return { ...alert, silencedUntil: null };
  }

  #replace(change: AlertChange['change'], alert: Alert): Alert {
    this.#alerts.set(alert.id, alert);
    this.#tell({ change, alert });
    return alert;
  }

  #index(before: Alert | undefined, after: Alert | undefined): void {
    const was = before?.entity?.key;
    const is = after?.entity?.key;
    if (was === is) return;
    if (before !== undefined && was !== undefined) {
      const ids = this.#idsOf.get(was);
      ids?.delete(before.id);
      if (ids?.size === 0) this.#idsOf.delete(was);
    }
    if (after === undefined || is === undefined) return;
    const ids = this.#idsOf.get(is);
    if (ids === undefined) this.#idsOf.set(is, new Set([after.id]));
    else ids.add(after.id);
  }

  #tell(change: AlertChange): void {
    this.#changes.publish(change.alert.id, change);
    this.#untold.push(change);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
      for (const listener of this.#listeners) this.#call(listener, next);
    }
    this.#isTelling = false;
  }

  #call(listener: (change: AlertChange) => void, change: AlertChange): void {
    try {
      listener(change);
    } catch (error) {
      this.#logger.error('a follower of alerts threw', { error: errorText(error) });
    }
  }
}

function changeOf(before: Alert | undefined, after: Alert): AlertChange['change'] {
  if (after.state === 'pending') return before === undefined ? 'pending' : 'updated';
  if (before?.state !== 'firing') return 'raised';
  return before.silencedUntil === null && after.silencedUntil !== null ? 'silenced' : 'updated';
}
