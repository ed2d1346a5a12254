import type { SfuRecord } from '../../core/index.js';
import { fitted } from './bytes.js';
import { type MetadataLimits, metadataOf } from './metadata.js';
import { Stamps } from './stamps.js';

export interface EntryOptions extends MetadataLimits {
  /** Name of this SFU node. */
  readonly node: string;
  /** Labels of every stream besides `node`, `level` and `kind`. */
  readonly labels: Readonly<Record<string, string>>;
  /** `text`: the sentence as the line, all else as structured metadata. `json`: the whole record as the line. */
  readonly line: 'text' | 'json';
  /** Longest line, in bytes. */
  readonly lineBytes: number;
}

/**
 * A line as it is kept until it is sent: the labels of its stream as JSON, a line break, and what stands for it in `values`, as JSON. One
 * text, so that neither the memory nor the disk in between needs to know more.
 */
export type Entry = string;

/** Loki's default for one label value; longer ones would be refused with the whole stream. */
const LABEL_VALUE_BYTES = 2_048;
/** An id is far shorter; this is for the limits alone. */
const ID_BYTES = 128;
const SAMPLES = 'samples';

/** Makes of records what Loki takes, within its limits. */
export class EntryMaker {
  readonly #options: EntryOptions;
  readonly #stamps = new Stamps();
  readonly #streams = new Map<string, string>();
  /** Lines that were cut to fit since the start. */
  truncated = 0;

  constructor(options: EntryOptions) {
    this.#options = options;
  }

  /** Samples come as several lines when one would be too long. */
  ofSamples(record: SfuRecord): readonly Entry[] {
    return [...this.#parts(record)].map((line) =>
      this.#entry(record, SAMPLES, line, { id: fitted(record.id, ID_BYTES), type: record.type }),
    );
  }

  ofEvent(record: SfuRecord): Entry {
    const kind = record.type.slice(0, record.type.indexOf('.'));
    if (this.#options.line === 'json')
      return this.#entry(record, kind, this.#json(record), { id: fitted(record.id, ID_BYTES) });
    const { entries, isCut } = metadataOf(record, this.#options);
    const line = fitted(record.message, this.#options.lineBytes);
    if (isCut || line !== record.message) this.truncated++;
    return this.#entry(record, kind, line, entries);
  }

  #entry(
    { node, level, time }: Pick<SfuRecord, 'node' | 'level' | 'time'>,
    kind: string,
    line: string,
    metadata: Readonly<Record<string, string>>,
  ): Entry {
    const stream = this.#stream(node, level, kind);
    const stamp = this.#stamps.next(stream, Date.parse(time));
    return `${stream}\n${JSON.stringify([stamp, line, metadata])}`;
  }

  /** Samples have streams of their own: the newest of them are sent while older events still wait, which Loki allows only across streams. */
  #stream(node: string, level: string, kind: string): string {
    const key = `${level} ${kind} ${node}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      const labels = {
        ...this.#options.labels,
        node: fitted(node, LABEL_VALUE_BYTES),
        level: level.toLowerCase(),
        kind,
      };
      stream = JSON.stringify(labels);
      this.#streams.set(key, stream);
    }
    return stream;
  }

  /** A record that is too long keeps its envelope. */
  #json(record: SfuRecord): string {
    const { lineBytes } = this.#options;
    const whole = JSON.stringify(record);
    if (whole.length * 3 <= lineBytes || Buffer.byteLength(whole) <= lineBytes) return whole;
    this.truncated++;
    const bare = JSON.stringify({ ...record, appData: {}, data: { truncated: true } });
    return Buffer.byteLength(bare) <= lineBytes ? bare : fitted(record.message, lineBytes);
  }

  *#parts(record: SfuRecord): Generator<string> {
    const { rows } = record.data;
    const whole = JSON.stringify(record);
    if (Buffer.byteLength(whole) <= this.#options.lineBytes || !Array.isArray(rows) || rows.length < 2) {
      yield this.#json(record);
      return;
    }
    const half = Math.ceil(rows.length / 2);
    for (const part of [rows.slice(0, half), rows.slice(half)]) {
      yield* this.#parts({ ...record, data: { ...record.data, rows: part } });
    }
  }
}

/** Wall time of an entry in ms, and NaN of one that is none. */
export function entryTime(entry: Entry): number {
  const from = entry.indexOf('\n["') + 3;
  return from < 3 ? Number.NaN : Number(entry.slice(from, entry.indexOf('"', from) - 6));
}

/** The body of a push: the entries by stream, each stream in the order given. */
export function pushBody(entries: readonly Entry[]): string {
  const streams = new Map<string, string[]>();
  for (const entry of entries) {
    const at = entry.indexOf('\n');
    const stream = entry.slice(0, at);
    const values = streams.get(stream);
    if (values === undefined) streams.set(stream, [entry.slice(at + 1)]);
    else values.push(entry.slice(at + 1));
  }
  const parts = Array.from(streams, ([stream, values]) => `{"stream":${stream},"values":[${values.join()}]}`);
  return `{"streams":[${parts.join()}]}`;
}
