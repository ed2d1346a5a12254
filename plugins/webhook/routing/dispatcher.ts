import type { Alert, AlertChange, Clock, Timer } from '../../../core/index.js';
import type { Notification } from '../notification.js';
import { compose } from './compose.js';
import { describe } from './describe.js';
import { isDue } from './due.js';
import type { AlertGroup, KeptGroup, Member } from './group.js';
import type { IsMaintained } from './maintenance.js';
import { groupKey, groupLabels, type Route, routesFor } from './route.js';

/** How long after a restart an alert that was told may be without news before its end is told. */
const UNCONFIRMED_MS = 120_000;

/** What the dispatcher has to know of a receiver. */
export interface ReceiverTraits {
  readonly sendResolved: boolean;
  readonly maxAlerts: number;
  /** Receivers that forget are told again this often, in ms; `null` for all others. */
  readonly keepAliveMs: number | null;
}

interface Dependencies {
  readonly route: Route;
  readonly clock: Clock;
  readonly externalUrl: string;
  readonly isMaintained: IsMaintained;
  readonly traits: (receiver: string) => ReceiverTraits;
  readonly hand: (notification: Notification) => void;
  /** Called after whatever has to be kept over a restart. */
  readonly onChange: () => void;
}

/**
 * Gathers alerts into groups, and says when a receiver is to be told of one: `groupWaitMs` after its first alert, then at most every
 * `groupIntervalMs` when there is news, and every `repeatIntervalMs` while something fires. Alerts that are silenced, inhibited or in
 * maintenance are not told; the end of one that was told always is.
 */
export class Dispatcher {
  readonly #given: Dependencies;
  readonly #groups = new Map<string, AlertGroup>();
  /** Keys of the groups that an alert is in. */
  readonly #groupsOf = new Map<string, Set<string>>();
  #unconfirmed: Timer | undefined;

  constructor(given: Dependencies) {
    this.#given = given;
  }

  get groups(): number {
    return this.#groups.size;
  }

  observe({ alert }: AlertChange): void {
    // Never fired: nobody was told, and nobody is.
    if (alert.state === 'pending' || alert.firingSince === null) return;
    const routes = routesFor(this.#given.route, alert.labels);
    const keys = new Set(routes.map((route) => this.#put(alert, route)));
    this.#leaveOthers(alert, keys);
    if (alert.state === 'resolved') this.#groupsOf.delete(alert.id);
    else this.#groupsOf.set(alert.id, keys);
    this.#given.onChange();
  }

  /** Takes up what an earlier process left. Routes that are no more are left out, with what was told there. */
  restore(kept: readonly KeptGroup[]): void {
    const routes = new Map(allRoutes(this.#given.route).map((route) => [route.key, route]));
    for (const { key, routeKey, told, count, members } of kept) {
      const route = routes.get(routeKey);
      if (route === undefined) continue;
      const group: AlertGroup = { key, route, told, count, members: new Map(), timer: undefined };
      for (const { id, notified } of members) {
        group.members.set(id, { id, notified, ...NOTHING_SAID, unconfirmed: true });
        this.#groupsOf.set(id, (this.#groupsOf.get(id) ?? new Set()).add(key));
      }
      this.#groups.set(key, group);
      this.#arm(group, told === null ? route.groupWaitMs : this.#intervalOf(group));
    }
    if (kept.length > 0) {
      this.#unconfirmed = this.#given.clock.setTimeout(() => this.#endUnconfirmed(), UNCONFIRMED_MS);
    }
  }

  /** What has to be kept over a restart. */
  *kept(): IterableIterator<KeptGroup> {
    for (const { key, route, told, count, members } of this.#groups.values()) {
      yield {
        key,
        routeKey: route.key,
        told,
        count,
        members: [...members.values()].map(({ id, notified }) => ({ id, notified })),
      };
    }
  }

  stop(): void {
    this.#unconfirmed?.cancel();
    for (const group of this.#groups.values()) group.timer?.cancel();
  }

  /** Returns the key of the group. */
  #put(alert: Alert, route: Route): string {
    const key = groupKey(route, groupLabels(route.groupBy, alert.labels));
    let group = this.#groups.get(key);
    if (group === undefined) {
      // An end that nobody waits for begins no group.
      if (alert.state === 'resolved') return key;
      group = { key, route, told: null, count: 0, members: new Map(), timer: undefined };
      this.#groups.set(key, group);
      this.#arm(group, route.groupWaitMs);
    }
    if (alert.state === 'resolved' && !group.members.has(alert.id)) return key;
    group.members.set(alert.id, memberOf(alert, this.#given.externalUrl));
    return key;
  }

  /** The labels of an alert may have changed, so that it goes other ways now. */
  #leaveOthers({ id }: Alert, keys: ReadonlySet<string>): void {
    for (const key of this.#groupsOf.get(id) ?? []) {
      if (!keys.has(key)) this.#end(this.#groups.get(key), id);
    }
  }

  #end(group: AlertGroup | undefined, id: string): void {
    const member = group?.members.get(id);
    if (group === undefined || member === undefined || member.notified.status === 'resolved') return;
    const notified = { ...member.notified, status: 'resolved' as const, endsAt: this.#given.clock.now() };
    group.members.set(id, { ...member, notified });
  }

  #endUnconfirmed(): void {
    for (const group of this.#groups.values()) {
      for (const { id, unconfirmed } of group.members.values()) {
        if (!unconfirmed) continue;
        this.#end(group, id);
        this.#groupsOf.delete(id);
      }
    }
    this.#given.onChange();
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
    const { clock, traits, externalUrl, hand, onChange } = this.#given;
    const now = clock.now();
    const { sendResolved, maxAlerts, keepAliveMs } = traits(group.route.receiver);
    const told = this.#tellable(group, now);
    const firing = told.filter(({ notified }) => notified.status === 'firing');
    const question = {
      firing: idsOf(firing),
      resolved: idsOf(told.filter(({ notified }) => notified.status === 'resolved')),
      told: group.told,
      sendResolved,
      repeatIntervalMs: keepAliveMs ?? group.route.repeatIntervalMs,
      acknowledged: keepAliveMs === null && firing.every(({ acknowledged }) => acknowledged),
      now,
    };
    if (isDue(question)) {
      const alerts = told.filter(({ notified }) => sendResolved || notified.status === 'firing');
      const { key, route, count } = group;
      const parts = { route, groupKey: key, maxAlerts, externalUrl, ordinal: count, at: now };
      if (alerts.length > 0) hand(compose({ ...parts, alerts: alerts.map(({ notified }) => notified) }));
      group.count++;
      group.told = { firing: [...question.firing, ...this.#quietlyFiring(group, question.firing)], at: now };
    } else if (group.told !== null && !sendResolved) {
      group.told = { ...group.told, firing: group.told.firing.filter((id) => !question.resolved.has(id)) };
    }
    this.#forget(group);
    onChange();
  }

  /** What a receiver may be told now: ends only of what it was told of. */
  #tellable(group: AlertGroup, now: number): readonly Member[] {
    const toldFiring = new Set(group.told?.firing);
    return [...group.members.values()].filter(({ id, notified, silencedUntil, inhibited }) => {
      if (notified.status === 'resolved') return toldFiring.has(id);
      return (
        !inhibited &&
        (silencedUntil === null || silencedUntil <= now) &&
        !this.#given.isMaintained(notified.labels, now)
      );
    });
  }

  /** What was told and still fires, but is silenced or inhibited by now: its end is to be told all the same. */
  #quietlyFiring({ told, members }: AlertGroup, firing: ReadonlySet<string>): readonly string[] {
    return (told?.firing ?? []).filter((id) => !firing.has(id) && members.get(id)?.notified.status === 'firing');
  }

  /** What has ended was told, or need not be told. */
  #forget(group: AlertGroup): void {
    for (const { id, notified } of group.members.values()) {
      if (notified.status === 'resolved') group.members.delete(id);
    }
    if (group.members.size > 0) this.#arm(group, this.#intervalOf(group));
    else this.#groups.delete(group.key);
  }
}

const NOTHING_SAID = { silencedUntil: null, inhibited: false, acknowledged: false } as const;

function memberOf(alert: Alert, externalUrl: string): Member {
  return {
    id: alert.id,
    notified: describe(alert, externalUrl),
    silencedUntil: alert.silencedUntil,
    inhibited: alert.inhibitedBy !== null,
    acknowledged: alert.acknowledged !== null,
    unconfirmed: false,
  };
}

function idsOf(members: readonly Member[]): ReadonlySet<string> {
  return new Set(members.map(({ id }) => id));
}

function allRoutes(route: Route): readonly Route[] {
  return [route, ...route.routes.flatMap(allRoutes)];
}
