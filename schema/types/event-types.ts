import { EVENT_TEXTS, type EventType } from '../../core/index.js';

export const EVENT_TYPES = Object.keys(EVENT_TEXTS) as readonly EventType[];

/** `dataConsumer.sendBufferFilled` is `DATA_CONSUMER_SEND_BUFFER_FILLED`: names of GraphQL have no dots. */
export function enumNameOf(type: EventType): string {
  return type
    .replace('.', '_')
    .replaceAll(/(?<=[a-z])[A-Z]/g, '_$&')
    .toUpperCase();
}
