import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { ManualClock, RecordingLogger } from '../../../core/testing/index.js';
import { OwnPort } from '../../../plugins/prometheus/expose/own-port.js';
import { Pieces } from '../../../plugins/prometheus/expose/pieces.js';
import { eventually } from '../../support/until.js';

/** More than two operating systems take at once, and not all of the same length. */
const PIECES = Array.from({ length: 1_000 }, (_, i) => Buffer.alloc(65_536 + i, `${i} `));
const LENGTH = PIECES.reduce((sum, { length }) => sum + length, 0);

let port = 0;
/** How often it was said that nobody reads the page any more. */
let ended = 0;
/** Pages that were asked for. */
let answered = 0;
let logger: RecordingLogger;

beforeEach(async () => {
  ended = 0;
  answered = 0;
  logger = new RecordingLogger();
  const clock = new ManualClock();
  const page = (): Promise<Response> => {
    answered++;
    const body = new Pieces(PIECES).stream(clock, () => ended++);
    return Promise.resolve(new Response(body, { headers: { 'content-length': `${LENGTH}` } }));
  };
  const own = new OwnPort(new Map([['/metrics', page]]), clock, logger, false);
  port = await own.listen('127.0.0.1', 0);
  onTestFinished(() => own.close());
});

/** A client that has read the first of the page, and then no more. */
async function slowClient(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  await once(socket, 'readable');
  return socket;
}

it('holds a page until its reader has all of it, for it is sent without a copy', async () => {
  const socket = await slowClient();
  const other = await fetch(`http://127.0.0.1:${port}/metrics`);

  expect(Buffer.concat(PIECES).equals(Buffer.from(await other.arrayBuffer()))).toBe(true);
  await eventually(() => expect(ended).toBe(1));
  const answer = await buffer(socket);
  expect(answer.subarray(answer.indexOf('\r\n\r\n') + 4).equals(Buffer.concat(PIECES))).toBe(true);
  await eventually(() => expect(ended).toBe(2));
});

it('lets go of a page whose reader goes away, and answers the next one', async () => {
  const socket = await slowClient();
  expect(ended).toBe(0);
  socket.destroy();

  await eventually(() => expect(ended).toBe(1));
  expect((await (await fetch(`http://127.0.0.1:${port}/metrics`)).arrayBuffer()).byteLength).toBe(LENGTH);
  await eventually(() => expect(ended).toBe(2));
  expect(logger.lines).toEqual([]);
});

it('lets go of pages whose turn on a connection never comes', async () => {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(2));
  await once(socket, 'readable');
  await eventually(() => expect(answered).toBe(2));
  socket.destroy();

  await eventually(() => expect(ended).toBe(2));
});

it('sends a copy of what is no page of ours', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/other`);

  expect(response.status).toBe(404);
  expect(await response.text()).toContain('/metrics');
});
