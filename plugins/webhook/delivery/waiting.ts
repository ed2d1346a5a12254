import type { Notification } from '../notification.js';

/** More than these of one group are put together: what is told of a group is all that is new of it. */
const MOST_OF_A_GROUP = 2;

/**
 * Notifications that wait for one receiver: in order within a group, groups by turns, so that one which is refused for a while does not hold
 * the others up. Bounded.
 */
export class Waiting {
  readonly #capacity: number;
  readonly #groups = new Map<string, Notification[]>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns what was lost for it: the oldest of all. */
  push(notification: Notification): Notification | undefined {
    const { groupKey } = notification;
    const group = this.#groups.get(groupKey) ?? [];
    if (group.length >= MOST_OF_A_GROUP) {
      // The first may be under way. The last one was not told yet and the new one knows better.
      const replaced = group.pop();
      group.push(replaced === undefined ? notification : merged(replaced, notification));
      return undefined;
    }
    group.push(notification);
    this.#groups.set(groupKey, group);
    this.#size++;
    return this.#size > this.#capacity ? this.#dropOldest() : undefined;
  }

  /** The next to send; it stays until it is settled. */
  peek(): Notification | undefined {
    return this.#groups.values().next().value?.[0];
  }

  /** It was delivered or given up. */
  settle({ id, groupKey }: Notification): void {
    const group = this.#groups.get(groupKey);
    if (group?.[0]?.id !== id) return;
    group.shift();
    this.#size--;
    if (group.length === 0) this.#groups.delete(groupKey);
    else this.#toTheEnd(groupKey, group);
  }

  /** Its group is tried again after all the others. */
  postpone({ groupKey }: Notification): void {
    const group = this.#groups.get(groupKey);
    if (group !== undefined) this.#toTheEnd(groupKey, group);
  }

  all(): readonly Notification[] {
    return [...this.#groups.values()].flat();
  }

  /** Takes everything out. */
  drain(): readonly Notification[] {
    const all = this.all();
    this.#groups.clear();
    this.#size = 0;
    return all;
  }

  #toTheEnd(groupKey: string, group: Notification[]): void {
    this.#groups.delete(groupKey);
    this.#groups.set(groupKey, group);
  }

  /** Not the first of all, which may be under way. */
  #dropOldest(): Notification | undefined {
    const [first] = this.all();
    const oldest = this.all()
      .filter(({ id }) => id !== first?.id)
      .reduce<Notification | undefined>(
        (one, other) => (one === undefined || other.at < one.at ? other : one),
        undefined,
      );
    if (oldest === undefined) return undefined;
    const group = this.#groups.get(oldest.groupKey) ?? [];
    group.splice(group.indexOf(oldest), 1);
    this.#size--;
    if (group.length === 0) this.#groups.delete(oldest.groupKey);
    return oldest;
  }
}

/** The new one, with the alerts that only the one before it told of. */
function merged(before: Notification, now: Notification): Notification {
  const known = new Set(now.alerts.map(({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`));
  const others = before.alerts.filter(({ fingerprint, startsAt }) => !known.has(`${fingerprint} ${startsAt}`));
  const alerts = [...now.alerts, ...others];
  return { ...now, status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved', alerts };
}
