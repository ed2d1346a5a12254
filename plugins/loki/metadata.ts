import type { JsonValue, SfuRecord } from '../../core/index.js';
import { fitted } from './bytes.js';

export interface MetadataLimits {
  /** Of all names and values together. */
  readonly metadataBytes: number;
  readonly metadataEntries: number;
}

export interface Metadata {
  readonly entries: Readonly<Record<string, string>>;
  /** Whether something was cut or left out. */
  readonly isCut: boolean;
}

/** A long value leaves room for others. */
const VALUE_BYTES = 8_192;
const CUT = { name: 'truncated', value: 'true' };
const DEPTH = 4;

/**
 * A record as Loki's structured metadata: flat, texts only. What says whom it is about comes first, so that the limits cut what is
 * least needed; that something is missing is said by `truncated`.
 */
export function metadataOf(record: SfuRecord, limits: MetadataLimits): Metadata {
  const { id, type, runId, seq, entity, ancestors, room, peer, appData, data } = record;
  const writer = new MetadataWriter(limits);
  writer.add('id', id);
  writer.add('type', type);
  writer.add('runId', runId);
  writer.add('seq', `${seq}`);
  if (room !== null) writer.add('room', room);
  if (peer !== null) writer.add('peer', peer);
  if (entity !== null) {
    writer.add('entity', entity.id);
    writer.add('entityKind', entity.kind);
  }
  for (const ancestor of ancestors) writer.add(ancestor.kind, ancestor.id);
  for (const [key, value] of Object.entries(appData)) writer.addAny(`app_${key}`, value, 0);
  for (const [key, value] of Object.entries(data)) writer.addAny(key === 'id' ? 'data_id' : `data_${key}`, value, 0);
  return writer.end();
}

class MetadataWriter {
  readonly #entries = Object.create(null) as Record<string, string>;
  readonly #limits: MetadataLimits;
  #bytes: number;
  #count = 1;
  #isCut = false;

  constructor(limits: MetadataLimits) {
    this.#limits = limits;
    // Room for the word that something is missing.
    this.#bytes = CUT.name.length + CUT.value.length;
  }

  /** A name that is taken already keeps its first value. */
  add(rawName: string, rawValue: string): void {
    const name = nameOf(rawName);
    if (this.#entries[name] !== undefined) return;
    // Names are ASCII.
    const room = this.#limits.metadataBytes - this.#bytes - name.length;
    if (this.#count >= this.#limits.metadataEntries || room < 1) {
      this.#isCut = true;
      return;
    }
    const value = fitted(rawValue, Math.min(room, VALUE_BYTES));
    if (value !== rawValue) this.#isCut = true;
    if (value === '') return;
    this.#entries[name] = value;
    this.#bytes += name.length + Buffer.byteLength(value);
    this.#count++;
  }

  /** Objects become one entry for each of their fields; lists, and what is nested deeply, their JSON. */
  addAny(name: string, value: JsonValue, depth: number): void {
    if (value === null) return;
    if (typeof value !== 'object') this.add(name, `${value}`);
    else if (Array.isArray(value) || depth >= DEPTH) this.add(name, JSON.stringify(value));
    else for (const [key, item] of Object.entries(value)) this.addAny(`${name}_${key}`, item, depth + 1);
  }

  end(): Metadata {
    if (this.#isCut) this.#entries[CUT.name] = CUT.value;
    return { entries: this.#entries, isCut: this.#isCut };
  }
}

const NAMES = new Map<string, string>();
const MAX_NAMES = 1_000;

/** The name of an entry; most come again and again. */
function nameOf(text: string): string {
  let name = NAMES.get(text);
  if (name === undefined) {
    name = madeName(text);
    if (NAMES.size >= MAX_NAMES) NAMES.clear();
    NAMES.set(text, name);
  }
  return name;
}

/** LogQL can only name what begins with a letter and holds letters, digits and underscores. */
function madeName(text: string): string {
  const name = text.replace(/[^a-zA-Z0-9_]/g, '_');
  return /^[a-zA-Z_]/.test(name) ? name.slice(0, 128) : `_${name}`.slice(0, 128);
}
