import { spawn } from 'node:child_process';
import { once } from 'node:events';

const PROGRAM = `
const socket = require('node:dgram').createSocket('udp4', () => {});
socket.bind(0, '127.0.0.1', () => process.send(socket.address().port));
process.on('disconnect', () => process.exit());
`;

export interface Sink {
  readonly port: number;
  close(): void;
}

/** Takes what the SFU sends, in a process of its own: reading it is not a cost of the SFU, nor of what watches it. */
export async function openSink(): Promise<Sink> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(child, 'message')) as [number];
  return { port, close: () => child.disconnect() };
}
