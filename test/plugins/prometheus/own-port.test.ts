import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
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

/** What Node.js tells of each request that a server of this process takes. */
interface Taken {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

function onRequests(taken: (message: Taken) => void): void {
  const heard = (message: unknown): void => taken(message as Taken);
  subscribe('http.server.request.start', heard);
  onTestFinished(() => void unsubscribe('http.server.request.start', heard));
}

function portWith(answer: () => Promise<Response>): OwnPort {
  const own = new OwnPort(new Map([['/', answer]]), new ManualClock(), logger, false);
  onTestFinished(() => own.close());
  return own;
}

async function connectionsOf(server: Server): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

it('asks itself twice when it begins to listen, on one connection, and gives others their own answers meanwhile', async () => {
  const taken: Taken[] = [];
  const own = portWith(() => Promise.resolve(new Response('theirs')));
  onRequests((message) => {
    if (message.request.socket.localPort === port) return;
    taken.push(message);
    // So that no connection ends by itself.
    message.server.keepAliveTimeout = 0;
  });
  const itsPort = await own.listen('127.0.0.1', 0);
  const headers = { connection: 'close', 'user-agent': 'other' };
  expect(await (await fetch(`http://127.0.0.1:${itsPort}/`, { headers })).text()).toBe('theirs');

  const rehearsed = (): readonly Taken[] => taken.filter(({ request }) => request.headers['user-agent'] !== 'other');
  await eventually(() => expect(rehearsed().map(({ response }) => response.writableFinished)).toEqual([true, true]));
  expect(new Set(rehearsed().map(({ request }) => request.socket)).size).toBe(1);
  await eventually(async () => expect(await connectionsOf(taken[0]!.server)).toBe(0));
  expect(taken.length).toBe(3);
  expect(logger.lines).toEqual([]);
});

it('can be closed while it asks itself', async () => {
  const own = portWith(() => Promise.resolve(new Response('theirs')));
  await own.listen('127.0.0.1', 0);
  await own.close();
  expect(logger.lines).toEqual([]);
});

it('begins a page in another turn than that of its request, and begins to send it in another than that of its end', async () => {
  let current: Taken | undefined;
  let hasTurned = false;
  onRequests((message) => {
    if (message.request.url !== '/?this') return;
    current = message;
    setImmediate(() => (hasTurned = true));
  });
  let turnedBefore = false;
  let wasBegun = true;
  const own = portWith(() => {
    turnedBefore = hasTurned;
    setImmediate(() => (wasBegun = current!.response.headersSent));
    return Promise.resolve(new Response('a page'));
  });
  const response = await fetch(`http://127.0.0.1:${await own.listen('127.0.0.1', 0)}/?this`);

  expect(await response.text()).toBe('a page');
  expect(turnedBefore).toBe(true);
  expect(wasBegun).toBe(false);
});
