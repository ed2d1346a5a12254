import type { EntityKey } from '../model/entity.js';
import type { MonitorEvent } from '../model/events.js';
import type { AnySampleBatch } from '../model/samples.js';
import type { Direction } from './traffic-meter.js';

/** What one data producer or data consumer moved of late. */
export interface DataMoved {
  readonly room: string | null;
  readonly peer: string | null;
  readonly direction: Direction;
  readonly bytes: number;
  readonly messages: number;
  /** Monotonic time in ms since when it is held. */
  readonly since: number;
}

interface Channel {
  readonly direction: Direction;
  room: string | null;
  bytes: number;
  messages: number;
  heldBytes: number;
  heldMessages: number;
  since: number;
}

/**
 * Turns the counters of data producers and data consumers into what each peer moved. What is nobody's yet is held until
 * its entity is identified. Channels on pipe transports carry what a peer's own channel carried already, so they do not
 * count.
 */
export class DataChannels {
  readonly #moved: (moved: DataMoved) => void;
  readonly #channels = new Map<EntityKey, Channel>();
  readonly #pipes = new Set<EntityKey>();
  /** Closed of late: a sample that was on its way must not open them again. */
  #closed = new Set<EntityKey>();
  #closedBefore = new Set<EntityKey>();

  constructor(moved: (moved: DataMoved) => void) {
    this.#moved = moved;
  }

  /** Channels that are remembered. */
  get size(): number {
    return this.#channels.size;
  }

  /** `since` is the monotonic time in ms from which on new counts are told. */
  observeBatch(batch: AnySampleBatch, since: number): void {
    if (batch.kind === 'dataProducer') {
      const { bytesReceived, messagesReceived } = batch.columns;
      this.#observe(batch.entities, batch.length, bytesReceived, messagesReceived, 'in', since);
    } else if (batch.kind === 'dataConsumer') {
      const { bytesSent, messagesSent } = batch.columns;
      this.#observe(batch.entities, batch.length, bytesSent, messagesSent, 'out', since);
    }
  }

  observe(event: MonitorEvent): void {
    if (event.entity === null) return;
    const { key } = event.entity;
    if (event.type === 'transport.created' && event.data.type === 'pipe') this.#pipes.add(key);
    else if (event.type === 'transport.closed') this.#pipes.delete(key);
    else if (event.type === 'dataProducer.closed' || event.type === 'dataConsumer.closed') {
      this.#closed.add(key);
      const channel = this.#channels.get(key);
      this.#channels.delete(key);
      if (channel !== undefined) this.#release(channel, event.room, event.peer);
    }
  }

  /** Forgets those that closed before the last call. */
  rotate(): void {
    this.#closedBefore = this.#closed;
    this.#closed = new Set();
  }

  /** Tells what is held as nobody's, and forgets everything. */
  clear(): void {
    for (const channel of this.#channels.values()) this.#release(channel, channel.room, null);
    this.#channels.clear();
    this.#pipes.clear();
    this.#closed.clear();
    this.#closedBefore.clear();
  }

  #observe(
    entities: readonly { key: EntityKey; parent: EntityKey | null; room: string | null; peer: string | null }[],
    length: number,
    bytes: Float64Array,
    messages: Float64Array,
    direction: Direction,
    since: number,
  ): void {
    for (let row = 0; row < length; row++) {
      const { key, parent, room, peer } = entities[row]!;
      if (this.#closed.has(key) || this.#closedBefore.has(key)) continue;
      if (parent !== null && this.#pipes.has(parent)) continue;
      let channel = this.#channels.get(key);
      if (channel === undefined) {
        channel = { direction, room, bytes: 0, messages: 0, heldBytes: 0, heldMessages: 0, since };
        this.#channels.set(key, channel);
      }
      channel.room = room;
      if (channel.heldBytes === 0 && channel.heldMessages === 0) channel.since = since;
      // A comparison with NaN, which is unknown, is false, so that what is unknown changes nothing.
      if (bytes[row]! > channel.bytes) {
        channel.heldBytes += bytes[row]! - channel.bytes;
        channel.bytes = bytes[row]!;
      }
      if (messages[row]! > channel.messages) {
        channel.heldMessages += messages[row]! - channel.messages;
        channel.messages = messages[row]!;
      }
      if (peer !== null) this.#release(channel, room, peer);
    }
  }

  #release(channel: Channel, room: string | null, peer: string | null): void {
    const { direction, heldBytes: bytes, heldMessages: messages, since } = channel;
    if (bytes === 0 && messages === 0) return;
    channel.heldBytes = 0;
    channel.heldMessages = 0;
    this.#moved({ room, peer, direction, bytes, messages, since });
  }
}
