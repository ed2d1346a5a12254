import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request nobody has begun to read, of a known length in bytes, and gives it as soon as it is whole. The request is then
 * paused before its end: `unread` makes it as if nothing had been read. Nothing is given when the client goes before that.
 */
export function wholeBody(request: IncomingMessage, length: number, take: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let missing = length;
  const read = (chunk: Buffer): void => {
    chunks.push(chunk);
    missing -= chunk.length;
    if (missing > 0) return;
    request.off('data', read);
    request.pause();
    take(chunks.length === 1 ? chunk : Buffer.concat(chunks));
  };
  request.on('data', read);
}

/** Puts back what was read, for somebody else to read from the beginning. */
export function unread(request: IncomingMessage, body: Buffer): void {
  request.unshift(body);
}
