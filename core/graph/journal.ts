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

/**
 * Turns every step into exactly one event. Events are handed out when the write that made them is complete, in order, so that
 * a listener never sees half a change and may write itself.
 */
export class Journal {
  readonly log: ChangeLog;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #publish: (event: MonitorEvent) => void;
  readonly #unpublished: MonitorEvent[] = [];
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

  /** One step. The event has the identity of `whose`, or else of the entity as it is now. */
  step(step: Step, entry: Entry | null, event: EventInput, whose?: Pick<Identity, 'room' | 'peer'>): void {
    const entity = entry?.ref ?? null;
    const ancestors = entry?.ancestors ?? [];
    const labels = whose === undefined ? (entry?.node.labels ?? NO_LABELS) : NO_LABELS;
    this.#record(this.log.record(step, entity), event, entity, ancestors, whose ?? entry?.node ?? NOBODY, labels);
  }

  /** A step that changes nothing, about the same as `cause`. */
  tell(cause: MonitorEvent, event: EventInput): void {
    this.#record(this.log.record('none', null), event, cause.entity, cause.ancestors, cause, cause.labels);
  }

  /** Hands out what is due. */
  flush(): void {
    if (this.#publishing) return;
    this.#publishing = true;
    for (let next = 0; next < this.#unpublished.length; next++) {
      try {
        this.#publish(this.#unpublished[next]!);
      } catch (error) {
        if (this.#publishFailures++ === 0) this.#logger.error('publishing an event failed', { error });
      }
    }
    this.#unpublished.length = 0;
    this.#publishing = false;
  }

  #record(
    seq: number,
    { type, data }: EventInput,
    entity: MonitorEvent['entity'],
    ancestors: MonitorEvent['ancestors'],
    { room, peer }: Pick<Identity, 'room' | 'peer'>,
    labels: MonitorEvent['labels'],
  ): void {
    const at = this.#clock.now();
    const severity = severityOf(type, data);
    this.#unpublished.push({ seq, at, type, severity, entity, ancestors, room, peer, labels, data } as MonitorEvent);
  }
}
