import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** An HTTP server and its ends of all connections, in order of their opening. */
export function observedServer(): { readonly server: Server; readonly sockets: readonly Socket[] } {
  const server = createServer();
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  return { server, sockets };
}
