import type { SinkGap } from '../dispatch/sink-api.js';
import { maskAddresses } from '../mask-addresses.js';
import type { EntityKey, EntityNode, EntityRef } from '../model/entity.js';
import { refOf } from '../model/entity.js';
import { eventMessage } from '../model/event-texts.js';
import type { MonitorEvent } from '../model/events.js';
import { type AnySampleBatch, SAMPLE_FIELDS, type SampledKind, SAMPLED_KINDS } from '../model/samples.js';
import type { DebugBook } from './debug-book.js';
import { jsonObject } from './json-value.js';
import { nodeName } from './node-name.js';
import type { RecordOptions } from './options.js';
import type { RecordMaker } from './record-maker.js';
import { type JsonValue, RECORD_SCHEMA, type RecordEntity, type SfuRecord } from './record.js';
import { levelOfEvent } from './record-level.js';

/** What stands before the sampled fields in every row. */
const ROW_HEAD = ['id', 'key', 'room', 'peer'] as const;
const NO_LABELS: EntityNode['labels'] = Object.freeze({});
const NO_ANCESTORS: readonly RecordEntity[] = Object.freeze([]);

/** The envelope around what this run has to tell. */
export class Records implements RecordMaker {
  readonly node: string;
  readonly #options: RecordOptions;
  readonly #runId: string;
  readonly #get: (key: EntityKey) => EntityNode | undefined;
  readonly #debug: DebugBook;
  readonly #mask: ((text: string) => string) | undefined;
  #gaps = 0;
  readonly #ofBatch = { kind: '', worker: '', tick: -1, first: '', number: 0 };

  constructor(parts: {
    readonly options: RecordOptions;
    readonly runId: string;
    /** An open entity as it is now. */
    readonly get: (key: EntityKey) => EntityNode | undefined;
    readonly debug: DebugBook;
  }) {
    this.#options = parts.options;
    this.node = parts.options.node ?? nodeName();
    this.#runId = parts.runId;
    this.#get = parts.get;
    this.#debug = parts.debug;
    this.#mask = parts.options.addresses === 'masked' ? maskAddresses : undefined;
  }

  ofEvent(event: MonitorEvent): SfuRecord | null {
    const { entity, type, seq, ancestors } = event;
    let { room, peer, labels } = event;
    if (entity !== null && (room === null || peer === null)) {
      // Applications say late whose an entity is; by the time its opening leaves it is often known.
      const node = this.#get(entity.key);
      if (node !== undefined) ({ room, peer, labels } = node);
    }
    const level = levelOfEvent(event, this.#options.lowScore);
    if (level === 'DEBUG' && !this.#debug.covers({ entity: entity?.key ?? null, ancestors, room, peer })) return null;
    const message = eventMessage(event);
    return {
      // A resync has the number of the last event the plugin got.
      id: type === 'monitor.resync' ? `${this.#runId}-${seq}-gap` : `${this.#runId}-${seq}`,
      schema: RECORD_SCHEMA,
      node: this.node,
      runId: this.#runId,
      seq,
      time: timeOf(event.at),
      level,
      class: 'durable',
      type,
      entity,
      ancestors,
      room,
      peer,
      appData: labels,
      message: this.#mask === undefined ? message : this.#mask(message),
      data: jsonObject(event.data, this.#mask),
    };
  }

  ofSamples(batch: AnySampleBatch): SfuRecord | null {
    const seq = this.#numberOf(batch);
    const rows = this.#rowsOf(batch);
    if (rows.length === 0) return null;
    const { kind, worker, tick, coverage } = batch;
    const node = this.#get(worker);
    return {
      id: `${this.#runId}-s${seq}`,
      schema: RECORD_SCHEMA,
      node: this.node,
      runId: this.#runId,
      seq,
      time: timeOf(batch.at),
      level: 'DEBUG',
      class: 'latest',
      type: `${kind}.sampled`,
      entity: node === undefined ? null : refOf(node),
      ancestors: NO_ANCESTORS,
      room: null,
      peer: null,
      appData: NO_LABELS,
      message: `${node === undefined ? `worker ${worker}` : `worker ${node.id}`} sampled ${rows.length} of kind ${kind}`,
      data: { tick, coverage: finite(coverage), fields: FIELDS[kind], rows },
    };
  }

  ofGap({ class: lost, reason, count, from, to }: SinkGap): SfuRecord {
    const seq = ++this.#gaps;
    return {
      id: `${this.#runId}-lost-${seq}`,
      schema: RECORD_SCHEMA,
      node: this.node,
      runId: this.#runId,
      seq,
      time: timeOf(to),
      level: 'WARN',
      class: 'durable',
      type: 'monitor.recordsLost',
      entity: null,
      ancestors: NO_ANCESTORS,
      room: null,
      peer: null,
      appData: NO_LABELS,
      message: `${count} records were lost before they could be sent: ${reason}.`,
      data: { class: lost, reason, count, from: timeOf(from), to: timeOf(to) },
    };
  }

  /** The same for every plugin that is given the same batch: they get it one after another. */
  #numberOf({ kind, worker, tick, entities }: AnySampleBatch): number {
    const last = this.#ofBatch;
    // A tick may come in several batches; no entity is in two of them.
    const first = entities[0]?.key ?? '';
    if (last.kind !== kind || last.worker !== worker || last.tick !== tick || last.first !== first) {
      Object.assign(last, { kind, worker, tick, first });
      last.number++;
    }
    return last.number;
  }

  #rowsOf(batch: AnySampleBatch): readonly JsonValue[] {
    const columns: readonly Float64Array[] = SAMPLED_FIELDS[batch.kind].map(
      (field) => (batch.columns as Readonly<Record<string, Float64Array>>)[field]!,
    );
    const rows: JsonValue[] = [];
    for (let index = 0; index < batch.length; index++) {
      const node = batch.entities[index]!;
      if (this.#options.samples === 'debugged' && !this.#isDebugged(node)) continue;
      const row: JsonValue[] = [node.id, node.key, node.room, node.peer];
      for (const column of columns) row.push(finite(column[index]!));
      rows.push(row);
    }
    return rows;
  }

  #isDebugged(node: EntityNode): boolean {
    if (!this.#debug.isOn) return false;
    const ancestors: EntityRef[] = [];
    for (let key = node.parent; key !== null; ) {
      const parent = this.#get(key);
      if (parent === undefined) break;
      ancestors.push(parent);
      key = parent.parent;
    }
    const { key, room, peer } = node;
    return this.#debug.covers({ entity: key, ancestors, room, peer });
  }
}

const SAMPLED_FIELDS = Object.fromEntries(
  SAMPLED_KINDS.map((kind) => [kind, Object.keys(SAMPLE_FIELDS[kind])]),
) as unknown as Readonly<Record<SampledKind, readonly string[]>>;
const FIELDS = Object.fromEntries(
  SAMPLED_KINDS.map((kind) => [kind, Object.freeze([...ROW_HEAD, ...SAMPLED_FIELDS[kind]])]),
) as unknown as Readonly<Record<SampledKind, readonly string[]>>;

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
