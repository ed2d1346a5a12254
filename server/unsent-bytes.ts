import type { Socket } from 'node:net';

/** As much of a socket's inside as is looked at. */
interface Inside {
  readonly _handle?: { readonly writeQueueSize?: unknown } | null;
}

/** What a connection has yet to take, in two numbers of which one changes whenever it takes a byte. */
export interface Unsent {
  /** Bytes of whole writes that the operating system has taken since the beginning. */
  readonly flushed: number;
  /**
   * Bytes of the write under way that it has yet to take: of a long one over a thin line, `flushed` tells nothing for minutes. Node.js itself
   * looks there to tell an idle connection; where it says nothing, whole writes are all that is seen.
   */
  readonly queued: number | undefined;
}

export function unsentOf(socket: Socket): Unsent {
  const queued = (socket as Socket & Inside)._handle?.writeQueueSize;
  return {
    flushed: socket.bytesWritten - socket.writableLength,
    queued: typeof queued === 'number' ? queued : undefined,
  };
}
