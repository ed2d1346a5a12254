import type { Tuple } from '../model/entity.js';
import type { TupleShape } from './shapes.js';

/** `null` where the transport has no such tuple. The remote half is unknown until the endpoint was told or has sent. */
export function tupleOf(tuple: TupleShape | null | undefined): Tuple | null {
  if (tuple === null || tuple === undefined) return null;
  const remoteAddress = tuple.remoteIp === undefined || tuple.remoteIp === '' ? null : tuple.remoteIp;
  return {
    protocol: tuple.protocol,
    localAddress: tuple.localAddress ?? tuple.localIp ?? '',
    localPort: tuple.localPort,
    remoteAddress,
    remotePort: remoteAddress === null ? null : (tuple.remotePort ?? null),
  };
}

export function sameTuple(a: Tuple | null, b: Tuple | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.remotePort === b.remotePort &&
    a.localPort === b.localPort &&
    a.remoteAddress === b.remoteAddress &&
    a.localAddress === b.localAddress &&
    a.protocol === b.protocol
  );
}
