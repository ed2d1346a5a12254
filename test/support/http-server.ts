import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { SELF_SIGNED } from './self-signed.js';

/** An HTTP server on a free port of the loopback address, closed with its connections when the test has finished. */
export async function httpServer(listener: RequestListener, secure = false): Promise<{ url: string; server: Server }> {
  const server = secure ? createSecureServer(SELF_SIGNED, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => endServer(server));
  const { port } = server.address() as AddressInfo;
  return { url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`, server };
}

export function endServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function answer(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  text = '',
): void {
  response.writeHead(status, headers).end(text);
}
