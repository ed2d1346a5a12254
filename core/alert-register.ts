import type { Alert, AlertBook, AlertChange, AlertName, Silence, SilenceMatcher } from './alert.js';
import { ALERTS } from './alert.js';
import { alertNews } from './alert-onset.js';
import type { Clock } from './clock.js';
import { ConflatedByKey } from './dispatch/conflated-by-key.js';
import type { EntityKey } from './model/entity.js';
import type { MonitorEvent } from './model/events.js';
import { cutComment, cutName, SilenceBook } from './silence-book.js';

const MAX_ALERTS = 10_000;
const MAX_SILENCES = 1_000;

interface Dependencies {
  readonly clock: Clock;
  /** @default 10,000 */
  readonly maxAlerts?: number;
  /** @default 1,000 */
  readonly maxSilences?: number;
}

/** Raises and resolves alerts as the events that begin and end them come by. */
export class AlertRegister implements AlertBook {
  readonly #clock: Clock;
  readonly #maxAlerts: number;
  /** By id, oldest first. */
  readonly #alerts = new Map<string, Alert>();
  /** Ids by entity, because most entities that close have no alert. */
  readonly #idsOf = new Map<EntityKey, Set<string>>();
  readonly #silences: SilenceBook;
  readonly #changes: ConflatedByKey<string, AlertChange>;
  #dropped = 0;
  #closed = false;

  constructor({ clock, maxAlerts = MAX_ALERTS, maxSilences = MAX_SILENCES }: Dependencies) {
    this.#clock = clock;
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

  /** Oldest first. */
  active(): readonly Alert[] {
    return [...this.#alerts.values()].map((alert) => this.#asOfNow(alert));
  }

  silences(): readonly Silence[] {
    return this.#silences.active();
  }

  acknowledge(id: string, by: string, comment: string): Alert | undefined {
    const alert = this.#alerts.get(id);
    if (alert === undefined) return undefined;
    const acknowledged = { at: this.#clock.now(), by: cutName(by), comment: cutComment(comment) };
    return this.#replace('acknowledged', { ...alert, acknowledged, silencedUntil: this.#silences.until(alert) });
  }

  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence {
    const silence = this.#silences.add(matcher, seconds, by, comment);
    for (const alert of this.#alerts.values()) {
      const silencedUntil = this.#silences.until(alert);
      if (silencedUntil !== alert.silencedUntil && silencedUntil !== null) {
        this.#replace('silenced', { ...alert, silencedUntil });
      }
    }
    return silence;
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.#changes.subscribe(signal);
  }

  observe(event: MonitorEvent): void {
    if (this.#closed || event.entity === null) return;
    const { key } = event.entity;
    if (event.type === 'entity.identified') {
      this.#identify(key, event.data);
      return;
    }
    if (event.type.endsWith('.closed')) {
      for (const id of this.#idsOf.get(key) ?? []) this.#resolve(id);
      return;
    }
    const news = alertNews(event);
    if (news?.type === 'onset') this.#raise(news.name, news.message, { ...event, entity: event.entity });
    else if (news?.type === 'recovery') this.#resolve(idOf(news.name, key));
  }

  /** Ends every subscription. Nothing is raised after it. */
  close(): void {
    this.#closed = true;
    this.#changes.close();
  }

  #raise(name: AlertName, message: string, event: Pick<Alert, 'entity' | 'room' | 'peer'> & { at: number }): void {
    const { entity, room, peer, at } = event;
    const id = idOf(name, entity.key);
    // An onset that comes twice does not begin it anew.
    if (this.#alerts.has(id)) return;
    if (this.#alerts.size >= this.#maxAlerts) {
      this.#dropped++;
      return;
    }
    const { severity } = ALERTS[name];
    const common = { id, name, severity, entity, room, peer, message, acknowledged: null };
    const alert: Alert = { ...common, since: at, silencedUntil: null };
    const ids = this.#idsOf.get(entity.key);
    if (ids === undefined) this.#idsOf.set(entity.key, new Set([id]));
    else ids.add(id);
    this.#replace('raised', { ...alert, silencedUntil: this.#silences.until(alert) });
  }

  #resolve(id: string): void {
    const alert = this.#alerts.get(id);
    if (alert === undefined) return;
    this.#alerts.delete(id);
    const { key } = alert.entity;
    const ids = this.#idsOf.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#idsOf.delete(key);
    this.#changes.publish(id, { change: 'resolved', alert: this.#asOfNow(alert) });
  }

  /** The alert is now another's, so other silences may cover it. */
  #identify(key: EntityKey, { room, peer }: { readonly room: string | null; readonly peer: string | null }): void {
    for (const id of this.#idsOf.get(key) ?? []) {
      const alert = this.#alerts.get(id);
      if (alert === undefined) continue;
      const identified = { ...alert, room, peer };
      const silencedUntil = this.#silences.until(identified);
      const changed = { ...identified, silencedUntil };
      if (silencedUntil !== null && silencedUntil !== alert.silencedUntil) this.#replace('silenced', changed);
      else this.#alerts.set(alert.id, changed);
    }
  }

  /** A silence that has ended leaves its time in the alert until somebody looks. */
  #asOfNow(alert: Alert): Alert {
    if (alert.silencedUntil === null || alert.silencedUntil > this.#clock.now()) return alert;
    return { ...alert, silencedUntil: null };
  }

  #replace(change: AlertChange['change'], alert: Alert): Alert {
    this.#alerts.set(alert.id, alert);
    this.#changes.publish(alert.id, { change, alert });
    return alert;
  }
}

function idOf(name: AlertName, key: EntityKey): string {
  return `${name}:${key}`;
}
