import { z } from 'zod';
import type { Notification } from '../notification.js';
import type { KeptGroup, KeptMember } from '../routing/group.js';

const texts = z.record(z.string(), z.string());
const status = z.enum(['firing', 'resolved']);
const count = z.number().nonnegative();

const notified = z.object({
  status,
  labels: texts,
  annotations: texts,
  startsAt: z.number(),
  endsAt: z.number().nullable(),
  generatorUrl: z.string(),
  fingerprint: z.string(),
});

const notification = z.object({
  id: z.string(),
  receiver: z.string(),
  groupKey: z.string(),
  status,
  alerts: z.array(notified),
  groupLabels: texts,
  commonLabels: texts,
  commonAnnotations: texts,
  truncatedAlerts: count,
  externalUrl: z.string(),
  at: z.number(),
});

const member = z.object({
  id: z.string(),
  told: z.boolean(),
  silencedUntil: z.number().nullable(),
  inhibited: z.boolean(),
  acknowledged: z.boolean(),
  notified,
});

const group = z.object({
  key: z.string(),
  routeKey: z.string(),
  receiver: z.string(),
  toldAt: z.number().nullable(),
  count,
});

/** One line; members belong to the group before them. */
const line = z.union([
  z.strictObject({ group }),
  z.strictObject({ member }),
  z.strictObject({ waiting: notification }),
]);

/** What a restart must not forget. */
export interface KeptState {
  readonly groups: readonly KeptGroup[];
  readonly waiting: readonly Notification[];
}

/** It as lines of JSON, made one by one as they are read. */
export function* linesOf({ groups, waiting }: KeptState): IterableIterator<string> {
  for (const { members, ...head } of groups) {
    yield JSON.stringify({ group: head });
    for (const one of members) yield JSON.stringify({ member: one });
  }
  for (const one of waiting) yield JSON.stringify({ waiting: one });
}

/** Puts lines together again. */
export class KeptStateReader {
  readonly #groups: (KeptGroup & { readonly members: KeptMember[] })[] = [];
  readonly #waiting: Notification[] = [];

  get state(): KeptState {
    return { groups: this.#groups, waiting: this.#waiting };
  }

  /** Throws when it is none of ours. */
  read(text: string): void {
    const one = line.parse(JSON.parse(text));
    if ('group' in one) this.#groups.push({ ...one.group, members: [] });
    else if ('waiting' in one) this.#waiting.push(one.waiting);
    else {
      const last = this.#groups.at(-1);
      if (last === undefined) throw new Error('an alert stands before any group');
      last.members.push(one.member);
    }
  }
}
