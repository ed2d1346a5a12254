import { gunzipSync } from 'node:zlib';

/** Names in brackets are pages of Loki's documentation, or files of its source. */
export interface LokiLimits {
  /** [Configuration parameters, limits_config: max_line_size] */
  readonly lineBytes: number;
  /** [limits_config: max_label_names_per_series] */
  readonly labels: number;
  /** [limits_config: max_label_name_length, max_label_value_length] */
  readonly labelNameBytes: number;
  readonly labelValueBytes: number;
  /** [limits_config: max_structured_metadata_size, max_structured_metadata_entries_count, allow_structured_metadata] */
  readonly metadataBytes: number;
  readonly metadataEntries: number;
  readonly allowMetadata: boolean;
  /** [limits_config: reject_old_samples_max_age, creation_grace_period] */
  readonly maxAgeMs: number;
  readonly graceMs: number;
  /** Half of [ingester: max_chunk_age]: how far a line may be behind the newest of its stream. */
  readonly behindMs: number;
}

export const LOKI_DEFAULTS: LokiLimits = {
  lineBytes: 256 * 1024,
  labels: 15,
  labelNameBytes: 1024,
  labelValueBytes: 2048,
  metadataBytes: 64 * 1024,
  metadataEntries: 128,
  allowMetadata: true,
  maxAgeMs: 7 * 24 * 3_600_000,
  graceMs: 10 * 60_000,
  behindMs: 3_600_000,
};

export interface LokiLine {
  readonly ns: bigint;
  readonly line: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface LokiStream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly LokiLine[];
}

/** A request that is refused as a whole. */
export class LokiRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a push as [Loki HTTP API, Ingest logs] describes it. Anything but JSON is taken for compressed protobuf, which this cannot be
 * [pkg/loghttp/push/push.go, ParseLokiRequest].
 */
export function parsePush(body: Buffer, type: string | undefined, encoding: string | undefined): readonly LokiStream[] {
  if (type !== 'application/json') throw new LokiRefusal(400, 'snappy: corrupt input');
  if (encoding !== undefined && encoding !== 'gzip')
    throw new LokiRefusal(400, `Content-Encoding "${encoding}" not supported`);
  let text: string;
  try {
    text = (encoding === 'gzip' ? gunzipSync(body) : body).toString('utf8');
  } catch {
    throw new LokiRefusal(400, 'gzip: invalid header');
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new LokiRefusal(400, "couldn't parse push request: invalid JSON");
  }
  const { streams } = record(content, 'the body');
  if (!Array.isArray(streams)) throw new LokiRefusal(400, 'streams must be a list');
  return streams.map(parseStream);
}

function parseStream(value: unknown): LokiStream {
  const { stream, values, ...rest } = record(value, 'a stream');
  if (Object.keys(rest).length > 0) throw new LokiRefusal(400, `unknown field ${Object.keys(rest)[0]}`);
  if (!Array.isArray(values)) throw new LokiRefusal(400, 'values must be a list');
  return { labels: texts(stream, 'stream'), lines: values.map(parseLine) };
}

/** `[ "<unix epoch in nanoseconds>", "<log line>", {<structured metadata>} ]`; the third must be flat and hold texts only. */
function parseLine(value: unknown): LokiLine {
  if (!Array.isArray(value) || value.length < 2 || value.length > 3)
    throw new LokiRefusal(400, 'a value has 2 or 3 parts');
  const [ns, line, metadata = {}] = value as unknown[];
  if (typeof ns !== 'string' || !/^\d{1,19}$/.test(ns)) throw new LokiRefusal(400, 'a time must be a text of digits');
  if (typeof line !== 'string') throw new LokiRefusal(400, 'a line must be a text');
  return { ns: BigInt(ns), line, metadata: texts(metadata, 'structured metadata') };
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LokiRefusal(400, `${what} must be an object`);
  return value as Record<string, unknown>;
}

function texts(value: unknown, what: string): Record<string, string> {
  const found = record(value, what);
  for (const item of Object.values(found))
    if (typeof item !== 'string') throw new LokiRefusal(400, `${what} must hold texts only`);
  return found as Record<string, string>;
}

/** Why a stream is discarded whole, if it is [Enforce rate limits and push request validation: missing_labels to duplicate_label_names]. */
export function streamProblem(labels: Readonly<Record<string, string>>, limits: LokiLimits): string | null {
  const names = Object.keys(labels);
  const shown = JSON.stringify(labels);
  if (names.length === 0) return 'error at least one label pair is required per stream';
  if (names.length > limits.labels)
    return `entry for stream '${shown}' has ${names.length} label names; limit ${limits.labels}`;
  for (const [name, value] of Object.entries(labels)) {
    // [invalid_labels]: names as Prometheus has them, and those that begin with __ are reserved.
    if (!/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) return `Error parsing labels '${shown}' with error: parse error`;
    if (Buffer.byteLength(name) > limits.labelNameBytes) return `stream '${shown}' has label name too long: '${name}'`;
    if (Buffer.byteLength(value) > limits.labelValueBytes)
      return `stream '${shown}' has label value too long: '${value}'`;
  }
  return null;
}

/** Why a line is discarded, if it is [the same page; pkg/distributor/validator.go, ValidateEntry]. */
export function lineProblem(
  { ns, line, metadata }: LokiLine,
  shown: string,
  now: number,
  limits: LokiLimits,
): string | null {
  const ms = Number(ns / 1_000_000n);
  const at = new Date(ms).toISOString();
  if (ms < now - limits.maxAgeMs)
    return `entry for stream '${shown}' has timestamp too old: ${at}, oldest acceptable timestamp is: …`;
  if (ms > now + limits.graceMs) return `entry for stream '${shown}' has timestamp too new: ${at}`;
  const bytes = Buffer.byteLength(line);
  if (bytes > limits.lineBytes) {
    return `Max entry size '${limits.lineBytes}' bytes exceeded for stream '${shown}' while adding an entry with length '${bytes}' bytes`;
  }
  const entries = Object.entries(metadata);
  if (entries.length > 0 && !limits.allowMetadata)
    return `stream '${shown}' includes structured metadata, but this feature is disallowed.`;
  const size = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > limits.metadataBytes)
    return `stream '${shown}' has structured metadata too large: '${size}' bytes, limit: '${limits.metadataBytes}' bytes.`;
  if (entries.length > limits.metadataEntries) {
    return `stream '${shown}' has too many structured metadata labels: '${entries.length}', limit: '${limits.metadataEntries}'.`;
  }
  return null;
}
