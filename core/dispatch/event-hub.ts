import type { MonitorEvent } from '../model/events.js';
import { eventMatcher } from './event-matcher.js';
import type { EventFilter, EventItem, EventReader, RecentQuery } from './event-reader.js';
import { EventRing } from './event-ring.js';
import { Mailbox } from './mailbox.js';
import { SignalIterator } from './signal-iterator.js';

const DEFAULT_LIMIT = 100;
const DEFAULT_CAPACITY = 1_000;

interface Subscriber {
  readonly matches: (event: MonitorEvent) => boolean;
  readonly mailbox: Mailbox<MonitorEvent>;
  iterator: SignalIterator<EventItem> | null;
  /** Losses it was told of. */
  told: number;
}

/** Keeps the recent past of events and hands new ones to those who subscribed. Publishing never waits. */
export class EventHub implements EventReader {
  readonly #ring: EventRing;
  readonly #subscribers = new Set<Subscriber>();
  #published = 0;
  #dropped = 0;
  #closed = false;

  constructor(options: { readonly historyBytes: number }) {
    this.#ring = new EventRing(options.historyBytes);
  }

  get oldestSeq(): number | null {
    return this.#ring.oldest?.seq ?? null;
  }

  get capacityBytes(): number {
    return this.#ring.capacityBytes;
  }

  get usedBytes(): number {
    return this.#ring.usedBytes;
  }

  /** Events since creation; a counter. */
  get published(): number {
    return this.#published;
  }

  /** Events lost to subscribers that read too slowly; a counter. */
  get dropped(): number {
    return this.#dropped;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** `seq` must rise from event to event. */
  publish(event: MonitorEvent): void {
    this.#published++;
    this.#ring.push(event);
    for (const { matches, mailbox, iterator } of this.#subscribers) {
      if (!matches(event)) continue;
      if (!mailbox.push(event)) this.#dropped++;
      iterator?.wake();
    }
  }

  recent(query: RecentQuery = {}): readonly MonitorEvent[] {
    const { after, since, limit = DEFAULT_LIMIT } = query;
    const matches = eventMatcher(query);
    const found: MonitorEvent[] = [];
    const ring = this.#ring;
    for (let index = after === undefined ? 0 : ring.indexAfter(after); index < ring.length; index++) {
      if (found.length >= limit) break;
      const event = ring.at(index)!;
      if ((since === undefined || event.at >= since) && matches(event)) found.push(event);
    }
    return found;
  }

  /** Throws `RangeError` unless `capacity` is a whole number from 1. */
  subscribe(
    filter: EventFilter = {},
    options: { readonly capacity?: number; readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<EventItem> {
    const { capacity = DEFAULT_CAPACITY, signal } = options;
    const subscriber: Subscriber = {
      matches: eventMatcher(filter),
      mailbox: new Mailbox<MonitorEvent>(capacity, 'dropOldest'),
      iterator: null,
      told: 0,
    };
    const end = (): void => void this.#subscribers.delete(subscriber);
    const iterator = new SignalIterator(() => nextItem(subscriber), end, signal);
    subscriber.iterator = iterator;
    if (this.#closed) iterator.end();
    else if (!iterator.ended) this.#subscribers.add(subscriber);
    return iterator;
  }

  /** Ends every subscription; later ones end at once. The recent past stays readable. */
  close(): void {
    this.#closed = true;
    for (const { iterator } of this.#subscribers) iterator?.end();
  }
}

function nextItem(subscriber: Subscriber): EventItem | undefined {
  const { mailbox } = subscriber;
  const dropped = mailbox.dropped - subscriber.told;
  if (dropped > 0) {
    // What is lost is older than what is left, so the news of it comes first.
    subscriber.told = mailbox.dropped;
    return { type: 'gap', dropped };
  }
  const event = mailbox.shift();
  return event && { type: 'event', event };
}
