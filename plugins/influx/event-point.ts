import type { SfuRecord } from '../../core/index.js';
import { integer, line, type Tags, text } from './line.js';

/**
 * A record as a point for annotations: what has few values as tags, the rest as fields. Points with the same tags and time are one to
 * InfluxDB, so that events of one type within a millisecond differ in their microseconds.
 */
export function eventPoint(record: SfuRecord, tags: Tags): string | null {
  const { id, type, level, seq, entity, room, peer, message, time } = record;
  return line(
    'sfu_event',
    { ...tags, type, level },
    {
      id: text(id),
      seq: integer(seq),
      message: text(message),
      entity: entity === null ? null : text(entity.id),
      room: room === null ? null : text(room),
      peer: peer === null ? null : text(peer),
    },
    Date.parse(time) + (seq % 1_000) / 1_000,
  );
}
