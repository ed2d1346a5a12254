import type { Notification } from '../notification.js';
import { merged } from './summary.js';

/** More than these of one group are put together: what is told of a group is all that is new of it. */
const MOST_OF_A_GROUP = 2;

export interface WaitingOptions {
  /** Most notifications. */
  readonly capacity: number;
  /** Most alerts in one that is put together. */
  readonly maxAlerts: number;
}

/**
 * Notifications that wait for one receiver: in order within a group, groups by turns, so that one which is refused for a while does not hold
 * the others up. Bounded.
 */
export class Waiting {
  readonly #options: WaitingOptions;
  readonly #groups = new Map<string, Notification[]>();
  /** All of them, oldest first. */
  readonly #byAge = new Set<Notification>();

  constructor(options: WaitingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byAge.size;
  }

  /** Returns what was lost for it: the oldest of all, but not the next one, which may be under way. */
  push(notification: Notification): Notification | undefined {
    const { groupKey } = notification;
    const group = this.#groups.get(groupKey) ?? [];
    const last = group.at(-1);
    if (last !== undefined && group.length >= MOST_OF_A_GROUP) {
      // The first may be under way. The last one was not told yet and the new one knows better.
      group.pop();
      this.#byAge.delete(last);
      this.#add(group, merged(last, notification, this.#options.maxAlerts));
      return undefined;
    }
    this.#groups.set(groupKey, group);
    this.#add(group, notification);
    return this.size > this.#options.capacity ? this.#dropOldest() : undefined;
  }

  /** The next to send; it stays until it is settled. */
  peek(): Notification | undefined {
    return this.#groups.values().next().value?.[0];
  }

  /** It was delivered or given up. */
  settle({ id, groupKey }: Notification): void {
    const group = this.#groups.get(groupKey);
    const [first] = group ?? [];
    if (group === undefined || first?.id !== id) return;
    this.#remove(first, group);
    this.postpone(first);
  }

  /** Its group is tried again after all the others. */
  postpone({ groupKey }: Notification): void {
    const group = this.#groups.get(groupKey);
    if (group === undefined) return;
    this.#groups.delete(groupKey);
    this.#groups.set(groupKey, group);
  }

  /** Oldest first. */
  all(): readonly Notification[] {
    return [...this.#byAge];
  }

  /** Takes everything out. */
  drain(): readonly Notification[] {
    const all = this.all();
    this.#groups.clear();
    this.#byAge.clear();
    return all;
  }

  #add(group: Notification[], notification: Notification): void {
    group.push(notification);
    this.#byAge.add(notification);
  }

  #remove(notification: Notification, group: Notification[]): void {
    this.#byAge.delete(notification);
    group.splice(group.indexOf(notification), 1);
    if (group.length === 0) this.#groups.delete(notification.groupKey);
  }

  #dropOldest(): Notification | undefined {
    const next = this.peek();
    for (const oldest of this.#byAge) {
      const group = this.#groups.get(oldest.groupKey);
      if (oldest === next || group === undefined) continue;
      this.#remove(oldest, group);
      return oldest;
    }
    return undefined;
  }
}
