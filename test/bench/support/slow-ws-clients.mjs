// WebSocket clients in a process of their own: the last one reads on, the others stop reading when told to, or read a bit now and then.
import { WebSocket } from 'ws';

/** @type {any[]} */
const sockets = [];
let first = 0;
let read = 0;

process.on('message', ({ url, slow, queries, pause, trickleMs, leave }) => {
  if (pause === true) {
    for (const { _socket: stream } of sockets.slice(0, -1)) {
      stream.pause();
      if (typeof trickleMs !== 'number') continue;
      setInterval(() => {
        stream.once('data', () => stream.pause());
        stream.resume();
      }, trickleMs);
    }
    process.send?.({ paused: sockets.length - 1 });
    return;
  }
  if (leave === true) {
    for (const socket of sockets.slice(0, -1)) socket.terminate();
    process.send?.({ left: sockets.length - 1 });
    return;
  }
  if (url === undefined) {
    process.send?.({ read });
    return;
  }
  const expected = slow * queries.slow.length + queries.fast.length;
  for (let i = 0; i <= slow; i++) {
    const isFast = i === slow;
    const socket = new WebSocket(url, 'graphql-transport-ws');
    const answered = new Set();
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (raw) => {
      const start = Buffer.from(/** @type {Buffer} */ (raw)).toString('latin1', 0, 40);
      if (start.includes('connection_ack')) {
        for (const [n, query] of (isFast ? queries.fast : queries.slow).entries()) {
          socket.send(JSON.stringify({ id: `${n}`, type: 'subscribe', payload: { query } }));
        }
        return;
      }
      if (isFast) read++;
      const id = /"id":"(\d+)"/.exec(start)?.[1];
      if (id === undefined || answered.has(id)) return;
      answered.add(id);
      if (++first === expected) process.send?.({ ready: true });
    });
  }
});
