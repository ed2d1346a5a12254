import type { EntityRef } from './model/entity.js';
import { asciiToken, MARK } from './token-bytes.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const UUID_BYTES = 16;

/**
 * Opaque text for a client to hand back. UUIDs in it take 16 bytes instead of 36, so that the id of an entity fits into an exemplar of
 * OpenMetrics, which holds 128 characters.
 */
export function encodeToken(parts: readonly unknown[]): string {
  const json = JSON.stringify(parts);
  return asciiToken(json) ?? unicodeToken(json);
}

function unicodeToken(json: string): string {
  const chunks: Buffer[] = [];
  let from = 0;
  for (const { 0: uuid, index } of json.matchAll(UUID)) {
    chunks.push(Buffer.from(json.slice(from, index)), MARKER, Buffer.from(uuid.replaceAll('-', ''), 'hex'));
    from = index + uuid.length;
  }
  const rest = Buffer.from(json.slice(from));
  return (chunks.length === 0 ? rest : Buffer.concat([...chunks, rest])).toString('base64url');
}

const MARKER = Buffer.of(MARK);

/** Undefined when the text was not made by `encodeToken`. */
export function decodeToken(text: string): unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(unpacked(Buffer.from(text, 'base64url')));
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

function unpacked(bytes: Buffer): string {
  let json = '';
  let from = 0;
  for (let mark = bytes.indexOf(MARK); mark !== -1; mark = bytes.indexOf(MARK, from)) {
    json += bytes.toString('utf8', from, mark);
    const hex = bytes.toString('hex', mark + 1, mark + 1 + UUID_BYTES);
    json += [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    from = mark + 1 + UUID_BYTES;
  }
  return json + bytes.toString('utf8', from);
}

/** The GraphQL id of an entity. The run is part of it: keys such as `w1` come back in the next run and then mean something else. */
export function entityId(runId: string, entity: Pick<EntityRef, 'kind' | 'key'>): string {
  return encodeToken([runId, entity.kind, entity.key]);
}
