// WebSocket clients in a process of their own: subscribes with each, and tells how many messages came.
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

let messages = 0;
let expected = Infinity;

process.on('message', ({ url, clients, query, count }) => {
  if (count !== undefined) {
    expected = count;
    tell();
    return;
  }
  for (let i = 0; i < clients; i++) {
    const socket = new WebSocket(url, 'graphql-transport-ws');
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (raw) => {
      const data = Buffer.from(/** @type {Buffer} */ (raw));
      if (data.length < 100 && data.includes('connection_ack')) {
        socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query } }));
      } else {
        messages++;
        tell(data.length);
      }
    });
  }
});

function tell(bytes = 0) {
  if (messages < expected) return;
  messages -= expected;
  expected = Infinity;
  process.send?.({ bytes });
}
