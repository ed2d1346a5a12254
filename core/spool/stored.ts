import type { SinkCodec } from '../dispatch/sink-api.js';
import type { Frame, FrameKind } from './frame.js';

type Stored = Pick<Frame, 'kind' | 'bytes'>;

/** An item as it goes to disk. Throws what the codec throws. */
export function toStored<T>(item: T, codec: SinkCodec<T> | undefined): Stored {
  const value: unknown = codec === undefined ? item : codec.encode(item);
  if (typeof value === 'string') return stored('text', Buffer.from(value));
  if (value instanceof Uint8Array) return stored('bytes', value);
  return stored('json', Buffer.from(JSON.stringify(value)));
}

/** Throws when it makes no sense. */
export function fromStored<T>({ kind, bytes }: Stored, codec: SinkCodec<T> | undefined): T {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // A copy: the bytes are a view of all that was read with them.
  const value: unknown = kind === 'bytes' ? new Uint8Array(source) : source.toString();
  if (codec !== undefined) return codec.decode(value as string | Uint8Array);
  return (kind === 'json' ? JSON.parse(value as string) : value) as T;
}

function stored(kind: FrameKind, bytes: Uint8Array): Stored {
  return { kind, bytes };
}
