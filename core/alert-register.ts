import { randomUUID } from 'node:crypto';
import {
  type Alert,
  ALERTS,
  type AlertBook,
  type AlertChange,
  type AlertName,
  type Silence,
  type SilenceMatcher,
} from './alert.js';
import type { Clock } from './clock.js';
import { KeyedConflation } from './dispatch/keyed-conflation.js';
import type { EntityRef } from './model/entity.js';
import type { MonitorEvent } from './model/events.js';

const MAX_ALERTS = 10_000;
const MAX_SILENCES = 1_000;
const MAX_SILENCE_S = 604_800;

const NAME_BY_ONSET = new Map<string, AlertName>();
const NAMES_BY_RECOVERY = new Map<string, AlertName>();
for (const [name, { onset, recovery }] of Object.entries(ALERTS) as [AlertName, (typeof ALERTS)[AlertName]][]) {
  NAME_BY_ONSET.set(onset, name);
  NAMES_BY_RECOVERY.set(recovery, name);
}

/** Keeps what lasts out of the stream of events: an onset raises an alert, its recovery or the entity's close resolves it. */
export class AlertRegister implements AlertBook {
  readonly #clock: Clock;
  readonly #active = new Map<string, Alert>();
  /** Ids of the alerts of one entity, so that a close finds them without a search. */
  readonly #byEntity = new Map<string, Set<string>>();
  readonly #silences = new Map<string, Silence>();
  readonly #changes = new KeyedConflation<AlertChange>(MAX_ALERTS);
  #dropped = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Alerts not raised because 10,000 were active; a counter. */
  get dropped(): number {
    return this.#dropped;
  }

  /** To be called with every event. */
  observe(event: MonitorEvent): void {
    const { entity, type } = event;
    if (entity === null) return;
    const raised = NAME_BY_ONSET.get(type);
    if (raised !== undefined) this.#raise(raised, entity, event);
    const recovered = NAMES_BY_RECOVERY.get(type);
    if (recovered !== undefined) this.#resolve(idOf(recovered, entity));
    if (!type.endsWith('.closed')) return;
    for (const id of this.#byEntity.get(entity.key) ?? []) this.#resolve(id);
  }

  active(): readonly Alert[] {
    const now = this.#clock.now();
    return [...this.#active.values()].map((alert) => this.#withSilence(alert, now));
  }

  silences(): readonly Silence[] {
    this.#forgetExpired(this.#clock.now());
    return [...this.#silences.values()];
  }

  acknowledge(id: string, by: string, comment: string): Alert | undefined {
    const alert = this.#active.get(id);
    if (alert === undefined) return undefined;
    const now = this.#clock.now();
    this.#active.set(id, { ...alert, acknowledged: { at: now, by, comment } });
    return this.#publish('acknowledged', id, now);
  }

  silence(matcher: SilenceMatcher, seconds: number, by: string, comment: string): Silence {
    if (!(seconds >= 1 && seconds <= MAX_SILENCE_S)) {
      throw new RangeError(`a silence lasts from 1 to ${MAX_SILENCE_S} seconds, got ${seconds}`);
    }
    if (Object.values(matcher).every((value) => value === undefined)) {
      throw new RangeError('a silence must name at least one of name, entity, room and peer');
    }
    const now = this.#clock.now();
    this.#forgetExpired(now);
    if (this.#silences.size >= MAX_SILENCES) throw new RangeError(`there are ${MAX_SILENCES} silences already`);
    const silence: Silence = { id: randomUUID(), matcher, until: now + seconds * 1_000, by, comment };
    this.#silences.set(silence.id, silence);
    for (const [id, alert] of this.#active) if (matches(matcher, alert)) this.#publish('silenced', id, now);
    return silence;
  }

  subscribe(signal?: AbortSignal): AsyncIterableIterator<AlertChange> {
    return this.#changes.subscribe(signal);
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#changes.close();
  }

  #raise(name: AlertName, entity: EntityRef, { at, room, peer, data }: MonitorEvent): void {
    const id = idOf(name, entity);
    if (this.#active.has(id)) return;
    if (this.#active.size >= MAX_ALERTS) {
      this.#dropped++;
      return;
    }
    const { severity } = ALERTS[name];
    const message = describe(name, entity, data);
    this.#active.set(id, {
      id,
      name,
      severity,
      entity,
      room,
      peer,
      since: at,
      message,
      acknowledged: null,
      silencedUntil: null,
    });
    const ofEntity = this.#byEntity.get(entity.key);
    if (ofEntity === undefined) this.#byEntity.set(entity.key, new Set([id]));
    else ofEntity.add(id);
    this.#publish('raised', id, this.#clock.now());
  }

  #resolve(id: string): void {
    const alert = this.#active.get(id);
    if (alert === undefined) return;
    const resolved = this.#withSilence(alert, this.#clock.now());
    this.#active.delete(id);
    const ofEntity = this.#byEntity.get(alert.entity.key);
    ofEntity?.delete(id);
    if (ofEntity?.size === 0) this.#byEntity.delete(alert.entity.key);
    this.#changes.publish(id, { change: 'resolved', alert: resolved });
  }

  #publish(change: AlertChange['change'], id: string, now: number): Alert | undefined {
    const alert = this.#active.get(id);
    if (alert === undefined) return undefined;
    const current = this.#withSilence(alert, now);
    this.#changes.publish(id, { change, alert: current });
    return current;
  }

  #withSilence(alert: Alert, now: number): Alert {
    let silencedUntil: number | null = null;
    for (const { matcher, until } of this.#silences.values()) {
      if (until > now && until > (silencedUntil ?? 0) && matches(matcher, alert)) silencedUntil = until;
    }
    return silencedUntil === alert.silencedUntil ? alert : { ...alert, silencedUntil };
  }

  #forgetExpired(now: number): void {
    for (const [id, { until }] of this.#silences) if (until <= now) this.#silences.delete(id);
  }
}

function idOf(name: AlertName, entity: EntityRef): string {
  return `${name}:${entity.key}`;
}

function matches(matcher: SilenceMatcher, alert: Alert): boolean {
  return (
    (matcher.name === undefined || matcher.name === alert.name) &&
    (matcher.entity === undefined || matcher.entity === alert.entity.key) &&
    (matcher.room === undefined || matcher.room === alert.room) &&
    (matcher.peer === undefined || matcher.peer === alert.peer)
  );
}

function describe(name: AlertName, { kind, id }: EntityRef, data: MonitorEvent['data']): string {
  const seconds = (ms: unknown): string => (typeof ms === 'number' ? `${Math.round(ms / 100) / 10} s` : 'some time');
  const facts: Readonly<Record<string, unknown>> = { ...data };
  switch (name) {
    case 'workerHung':
      return `Worker ${id} has not answered for ${seconds(facts['deadlineMs'])}.`;
    case 'transportNeverConnected':
      return `Transport ${id} has not connected within ${seconds(facts['afterMs'])}.`;
    case 'transportIdle':
      return `Transport ${id} is connected and has received nothing for ${seconds(facts['idleMs'])}.`;
    case 'producerStalled':
      return `Producer ${id} is not paused and has sent nothing for ${seconds(facts['silentMs'])}.`;
    case 'consumerStarved':
      return facts['cause'] === 'noLayers'
        ? `Consumer ${id} forwards no layer though its producer sends.`
        : `The ${kind} ${id} has forwarded nothing for ${seconds(facts['silentMs'])} though its producer sends.`;
  }
}
