import { Socket } from 'node:net';
import { Answers, readRequest, running } from './answers.js';

/** The descriptors on which mediasoup talks to its worker, and hears it. */
const HEARD = 3;
const TOLD = 4;
const LENGTH_BYTES = 4;

const answers = new Answers();
const told = new Socket({ fd: TOLD, readable: false, writable: true });
const heard = new Socket({ fd: HEARD, readable: true, writable: false });
let rest: Buffer = Buffer.alloc(0);

heard.on('data', (chunk: Buffer) => {
  rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  const parts: Uint8Array[] = [];
  let at = 0;
  while (rest.length - at >= LENGTH_BYTES) {
    const end = at + LENGTH_BYTES + rest.readUInt32LE(at);
    if (end > rest.length) break;
    const asked = readRequest(rest.subarray(at + LENGTH_BYTES, end));
    if (asked !== null) parts.push(answers.to(asked));
    at = end;
  }
  rest = rest.subarray(at);
  if (parts.length > 0) told.write(Buffer.concat(parts));
});
// As a worker, which ends with whoever started it.
heard.once('close', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit());
told.write(running());
