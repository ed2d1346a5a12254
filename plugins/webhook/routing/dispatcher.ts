import type { Alert, AlertChange, Clock, Timer } from '../../../core/index.js';
import type { Notification, NotifiedAlert } from '../notification.js';
import { compose } from './compose.js';
import { describe } from './describe.js';
import { isDue } from './due.js';
import type { AlertGroup, KeptGroup, KeptMember, Member } from './group.js';
import type { MaintenanceCalendar } from './maintenance.js';
import { isSame, type Labels } from './labels.js';
import { allRoutes, groupKey, groupLabels, type Route, routesFor } from './route.js';

/** How long after a restart an alert that was told may be without news before its end is told. */
const UNCONFIRMED_MS = 120_000;

/** What the dispatcher has to know of a receiver. */
export interface ReceiverTraits {
  readonly sendResolved: boolean;
  readonly maxAlerts: number;
  /**
   * Receivers that forget are told every alert again this often, in ms, in as many notifications as that takes; `null` for all others,
   * which are told of the first ones and the number of the rest.
   */
  readonly keepAliveMs: number | null;
}

interface Dependencies {
  readonly route: Route;
  readonly clock: Clock;
  readonly externalUrl: string;
  readonly maintenance: MaintenanceCalendar;
  readonly traits: (receiver: string) => ReceiverTraits;
  readonly hand: (notification: Notification) => void;
  /** Called after whatever has to be kept over a restart. */
  readonly onChange: () => void;
}

/** Where an alert goes: the routes, by the key of its group there. */
interface Places {
  readonly labels: Labels | undefined;
  readonly routes: ReadonlyMap<string, Route>;
}

/**
 * Gathers alerts into groups, and says when a receiver is to be told of one: `groupWaitMs` after its first alert, then at most every
 * `groupIntervalMs` when there is news, and every `repeatIntervalMs` while something fires. Alerts that are silenced, inhibited or in
 * maintenance are not told; the end of one that was told always is.
 */
export class Dispatcher {
  readonly #given: Dependencies;
  readonly #groups = new Map<string, AlertGroup>();
  /** The groups that an alert is in. */
  readonly #placesOf = new Map<string, Places>();
  #unconfirmed: Timer | undefined;

  constructor(given: Dependencies) {
    this.#given = given;
  }

  get groups(): number {
    return this.#groups.size;
  }

  observe({ alert }: Pick<AlertChange, 'alert'>): void {
    // Never fired: nobody was told, and nobody is.
    if (alert.state === 'pending' || alert.firingSince === null) return;
    const before = this.#placesOf.get(alert.id);
    const places = this.#placesFor(alert, before);
    for (const [key, route] of places.routes) this.#put(alert, key, route);
    if (before !== undefined && before !== places) this.#leaveOthers(alert.id, before, places);
    if (alert.state === 'resolved') this.#placesOf.delete(alert.id);
    else this.#placesOf.set(alert.id, places);
  }

  /** A notification was given up: what it told of is told again after the interval, as far as it fires then. */
  lost({ receiver, groupKey: key }: Pick<Notification, 'receiver' | 'groupKey'>): void {
    const group = this.#groups.get(key);
    if (group !== undefined) group.wasLost = true;
    // Several groups in one, or a part of one: it may have been any of them.
    else for (const each of this.#groups.values()) each.wasLost ||= each.route.receiver === receiver;
  }

  /** Takes up what an earlier process left. Routes that are no more, or lead elsewhere, are left out, with what was told there. */
  restore(kept: readonly KeptGroup[]): void {
    const routes = new Map(allRoutes(this.#given.route).map((route) => [route.key, route]));
    for (const { key, routeKey, receiver, toldAt, count, members } of kept) {
      const route = routes.get(routeKey);
      if (route === undefined || route.receiver !== receiver) continue;
      const group = this.#begin(key, route, { toldAt, count });
      for (const member of members) {
        group.members.set(member.id, restored(member));
        const others = this.#placesOf.get(member.id)?.routes ?? [];
        // Without labels, so that its places are looked for anew: the routes may have changed.
        this.#placesOf.set(member.id, { labels: undefined, routes: new Map([...others, [key, route]]) });
      }
    }
    if (kept.length > 0) {
      this.#unconfirmed = this.#given.clock.setTimeout(() => this.#endUnconfirmed(), UNCONFIRMED_MS);
    }
  }

  /** What has to be kept over a restart: all of this moment, though its members are made as they are read. */
  kept(): readonly KeptGroup[] {
    return [...this.#groups.values()].map(({ key, route, toldAt, count, members }) => {
      const { key: routeKey, receiver } = route;
      return { key, routeKey, receiver, toldAt, count, members: keptMembers([...members.values()]) };
    });
  }

  stop(): void {
    this.#unconfirmed?.cancel();
    for (const group of this.#groups.values()) group.timer?.cancel();
  }

  /** Most news of an alert leaves its labels as they were. */
  #placesFor({ labels }: Alert, before: Places | undefined): Places {
    if (before?.labels !== undefined && isSame(before.labels, labels)) return before;
    const routes = routesFor(this.#given.route, labels);
    const keys = routes.map((route) => [groupKey(route, groupLabels(route.groupBy, labels)), route] as const);
    return { labels, routes: new Map(keys) };
  }

  #put(alert: Alert, key: string, route: Route): void {
    const isOver = alert.state === 'resolved';
    const before = this.#groups.get(key)?.members.get(alert.id);
    // An end that nobody waits for.
    if (isOver && before === undefined) return;
    const group = this.#groups.get(key) ?? this.#begin(key, route, { toldAt: null, count: 0 });
    const member = memberOf(alert, before?.told ?? false, this.#given.externalUrl);
    group.members.set(alert.id, member);
    // Texts change all the time, and are as good as new after a restart.
    if (before?.status !== member.status) this.#given.onChange();
  }

  #begin(key: string, route: Route, { toldAt, count }: Pick<AlertGroup, 'toldAt' | 'count'>): AlertGroup {
    const group: AlertGroup = { key, route, toldAt, count, wasLost: false, members: new Map(), timer: undefined };
    this.#groups.set(key, group);
    this.#arm(group, toldAt === null ? route.groupWaitMs : this.#intervalOf(group));
    return group;
  }

  /** The labels of an alert may have changed, so that it goes other ways now. */
  #leaveOthers(id: string, before: Places, now: Places): void {
    for (const key of before.routes.keys()) {
      if (!now.routes.has(key)) this.#end(this.#groups.get(key), id);
    }
  }

  #end(group: AlertGroup | undefined, id: string): void {
    const member = group?.members.get(id);
    if (group === undefined || member === undefined || member.status === 'resolved') return;
    const notified = { ...member.describe(), status: 'resolved' as const, endsAt: this.#given.clock.now() };
    group.members.set(id, { ...member, status: 'resolved', describe: () => notified });
    this.#given.onChange();
  }

  #endUnconfirmed(): void {
    for (const group of this.#groups.values()) {
      for (const { id, unconfirmed } of group.members.values()) {
        if (!unconfirmed) continue;
        this.#end(group, id);
        this.#placesOf.delete(id);
      }
    }
  }

  #arm(group: AlertGroup, ms: number): void {
    group.timer?.cancel();
    group.timer = this.#given.clock.setTimeout(() => this.#flush(group), ms);
  }

  #intervalOf({ route }: AlertGroup): number {
    const { keepAliveMs } = this.#given.traits(route.receiver);
    return keepAliveMs === null ? route.groupIntervalMs : Math.min(route.groupIntervalMs, keepAliveMs);
  }

  #flush(group: AlertGroup): void {
    const { clock, traits, maintenance, onChange } = this.#given;
    const { sendResolved, keepAliveMs } = traits(group.route.receiver);
    const now = clock.now();
    const isMaintained = maintenance(now);
    const over: Member[] = [];
    const firing: Member[] = [];
    for (const member of group.members.values()) {
      const { status, inhibited, silencedUntil, labels } = member;
      if (status === 'resolved') over.push(member);
      else if (!inhibited && (silencedUntil ?? 0) <= now && !isMaintained(labels)) firing.push(member);
    }
    const ended = over.filter(({ told }) => told);
    const isToTell =
      (group.wasLost && firing.length > 0) ||
      isDue({
        toldAt: group.toldAt,
        firing: firing.length,
        hasNew: firing.some(({ told }) => !told),
        hasEnded: ended.length > 0,
        sendResolved,
        acknowledged: keepAliveMs === null && firing.every(({ acknowledged }) => acknowledged),
        repeatIntervalMs: keepAliveMs ?? group.route.repeatIntervalMs,
        now,
      });
    if (isToTell) this.#tell(group, [...firing, ...(sendResolved ? ended : [])], now);
    // What has ended is told by now, or need not be told.
    for (const { id } of over) group.members.delete(id);
    if (group.members.size > 0) this.#arm(group, this.#intervalOf(group));
    else this.#groups.delete(group.key);
    if (isToTell || over.length > 0) onChange();
  }

  #tell(group: AlertGroup, members: readonly Member[], now: number): void {
    const { traits, externalUrl, hand } = this.#given;
    const { maxAlerts, keepAliveMs } = traits(group.route.receiver);
    const { key, route, count: ordinal } = group;
    const parts = keepAliveMs === null ? 1 : Math.ceil(members.length / maxAlerts);
    const left = keepAliveMs === null ? Math.max(members.length - maxAlerts, 0) : 0;
    for (let part = 0; part < parts; part++) {
      const alerts = members.slice(part * maxAlerts, (part + 1) * maxAlerts).map((member) => member.describe());
      const partKey = part === 0 ? key : `${key}#${part}`;
      hand(compose({ route, groupKey: partKey, alerts, left, externalUrl, ordinal, at: now }));
    }
    group.count++;
    group.toldAt = now;
    group.wasLost = false;
    for (const member of members) member.told ||= member.status === 'firing';
  }
}

function memberOf(alert: Alert, told: boolean, externalUrl: string): Member {
  let notified: NotifiedAlert | undefined;
  return {
    id: alert.id,
    status: alert.state === 'resolved' ? 'resolved' : 'firing',
    labels: alert.labels,
    describe: () => {
      notified ??= describe(alert, externalUrl);
      return notified;
    },
    told,
    silencedUntil: alert.silencedUntil,
    inhibited: alert.inhibitedBy !== null,
    acknowledged: alert.acknowledged !== null,
    unconfirmed: false,
  };
}

function restored({ notified, ...kept }: KeptMember): Member {
  const { status, labels } = notified;
  return { ...kept, status, labels, describe: () => notified, unconfirmed: true };
}

function* keptMembers(members: readonly Member[]): IterableIterator<KeptMember> {
  for (const { id, told, silencedUntil, inhibited, acknowledged, describe: notified } of members) {
    yield { id, told, silencedUntil, inhibited, acknowledged, notified: notified() };
  }
}
