import type { Clock } from '../clock.js';
import type { Logger } from '../logger.js';
import type { Identity } from '../model/entity.js';
import { severityOf } from '../model/event-severity.js';
import type { MonitorEvent } from '../model/events.js';
import type { EventInput } from '../source.js';
import { ChangeLog, type Step } from './change-log.js';
import type { Entry } from './entry.js';

const NO_LABELS: Identity['labels'] = Object.freeze({});
const NOBODY: Identity = { room: null, peer: null, labels: NO_LABELS };
const NO_ANCESTORS: MonitorEvent['ancestors'] = [];
/** Places for events that are kept between two writes; one write seldom makes more. */
const PLACES = 1_024;

/**
 * Turns every step into exactly one event. Events are handed out when the write that made them is complete, in order, so that
 * a listener never sees half a change and may write itself.
 */
export class Journal {
  readonly log: ChangeLog;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #publish: (event: MonitorEvent) => void;
  /** Its first `#waiting` places hold what is due. It keeps its length: one that is emptied makes its memory anew each time. */
  readonly #unpublished: (MonitorEvent | null)[] = [];
  #waiting = 0;
  #publishing = false;
  #publishFailures = 0;

  constructor(parts: {
    readonly capacity: number;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly publish: (event: MonitorEvent) => void;
  }) {
    this.log = new ChangeLog(parts.capacity);
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    this.#publish = parts.publish;
  }

  get seq(): number {
    return this.log.seq;
  }

  /** The `seq` that the next step will have. */
  get nextSeq(): number {
    return this.log.seq + 1;
  }

  /** One step of an entity at that wall time in ms. The event has its identity as it is now. */
  stepOf(entry: Entry, step: Step, event: EventInput, at: number): void {
    const { ref, node } = entry;
    this.#record(this.log.record(step, ref), event, ref, entry.ancestors, node, node.labels, at);
  }

  /** A step that changes nothing. The event has the identity of `whose`, or else of the entity, if any, as it is now. */
  step(entry: Entry | null, event: EventInput, whose?: Pick<Identity, 'room' | 'peer'>): void {
    const entity = entry?.ref ?? null;
    const ancestors = entry?.ancestors ?? NO_ANCESTORS;
    const labels = whose === undefined ? (entry?.node.labels ?? NO_LABELS) : NO_LABELS;
    const seq = this.log.record('none', null);
    this.#record(seq, event, entity, ancestors, whose ?? entry?.node ?? NOBODY, labels, this.#clock.now());
  }

  /** A step that changes nothing, about the same as `cause`. */
  tell(cause: MonitorEvent, event: EventInput): void {
    const seq = this.log.record('none', null);
    this.#record(seq, event, cause.entity, cause.ancestors, cause, cause.labels, this.#clock.now());
  }

  /** Hands out what is due. */
  flush(): void {
    if (this.#publishing || this.#waiting === 0) return;
    this.#publishing = true;
    for (let next = 0; next < this.#waiting; next++) {
      const event = this.#unpublished[next]!;
      this.#unpublished[next] = null;
      try {
        this.#publish(event);
      } catch (error) {
        if (this.#publishFailures++ === 0) this.#logger.error('publishing an event failed', { error });
      }
    }
    this.#waiting = 0;
    if (this.#unpublished.length > PLACES) this.#unpublished.length = PLACES;
    this.#publishing = false;
  }

  #record(
    seq: number,
    { type, data }: EventInput,
    entity: MonitorEvent['entity'],
    ancestors: MonitorEvent['ancestors'],
    { room, peer }: Pick<Identity, 'room' | 'peer'>,
    labels: MonitorEvent['labels'],
    at: number,
  ): void {
    const severity = severityOf(type, data);
    const event = { seq, at, type, severity, entity, ancestors, room, peer, labels, data } as MonitorEvent;
    this.#unpublished[this.#waiting++] = event;
  }
}
