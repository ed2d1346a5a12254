import type { JsonValue, RecordLevel, SfuRecord } from '../../core/index.js';

/** Levels of GELF are those of syslog (RFC 5424 §6.2.1). */
const LEVELS: Readonly<Record<RecordLevel, number>> = { ERROR: 3, WARN: 4, INFO: 6, DEBUG: 7 };

/** More scalars of `data` than this stand in `full_message` only. */
const MOST_FIELDS = 64;
const DEPTH = 2;

type Field = string | number;

/**
 * A record as GELF 1.1, by its specification (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html, "GELF Payload
 * Specification"): `version`, `host` and `short_message` must be there; `timestamp` is in seconds with ms as decimals; `level` is that
 * of syslog; additional fields begin with `_`, have names of `[\w.-]` and values that are texts or numbers; `_id` must not be sent.
 */
export function gelf(record: SfuRecord): Readonly<Record<string, Field>> {
  const { node, message, type, time, level, data } = record;
  const fields: Record<string, Field> = {
    version: '1.1',
    host: node || 'unknown',
    short_message: message || type,
    timestamp: Date.parse(time) / 1_000,
    level: LEVELS[level],
  };
  if (Object.keys(data).length > 0) fields.full_message = JSON.stringify(data);
  const add = (name: string, value: JsonValue | undefined): void => {
    const field = fieldOf(value);
    if (field !== undefined) fields[fieldName(name)] = field;
  };
  add('record_id', record.id);
  add('schema', record.schema);
  add('run_id', record.runId);
  add('seq', record.seq);
  add('class', record.class);
  add('type', type);
  add('entity_kind', record.entity?.kind);
  add('entity_id', record.entity?.id);
  add('entity_key', record.entity?.key);
  for (const { kind, id } of record.ancestors) add(`${kind}_id`, id);
  add('room', record.room);
  add('peer', record.peer);
  for (const [name, value] of Object.entries(record.appData)) add(`app_${name}`, value);
  for (const [name, value] of scalars(data, 'data', DEPTH).slice(0, MOST_FIELDS)) add(name, value);
  return fields;
}

/** `_` and a legal name. The prefixes above keep it from being `_id`. */
function fieldName(name: string): string {
  return `_${name.replace(/[^\w.-]/g, '_')}`;
}

/** Unknown is left out; a truth value becomes text, for GELF has none. */
function fieldOf(value: JsonValue | undefined): Field | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The values of an object that are no lists, named by their path. */
function scalars(value: JsonValue, path: string, depth: number): [string, JsonValue][] {
  if (value === null || typeof value !== 'object') return [[path, value]];
  if (Array.isArray(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => scalars(inner, `${path}_${name}`, depth - 1));
}
