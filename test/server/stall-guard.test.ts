import { EventEmitter, once } from 'node:events';
import { Agent, createServer as createHttpServer, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../core/index.js';
import { type Held, Holdings } from '../../server/holdings.js';
import { type GuardedClient, StallGuard } from '../../server/stall-guard.js';
import { unsentOf } from '../../server/unsent-bytes.js';
import { RecordingLogger } from '../support/recording-logger.js';

const STALLED_MS = 1_200;
const MOST_BYTES = 10_000;

/** As much of a socket as is looked at. */
class FakeSocket extends EventEmitter {
  bytesWritten = 0;
  writableLength = 0;
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

/** Somebody for whom something is held. */
class FakeClient implements GuardedClient {
  isServed = false;
  readonly holdings = new Holdings();
  cutOffs = 0;
  /** How often it was asked to hold less. */
  shrunk = 0;

  holds(heldBytes: number): void {
    const held: Held = { heldBytes, release: () => this.holdings.delete(held), shrink: () => this.shrunk++ };
    this.holdings.add(held);
  }

  cutOff(): void {
    this.cutOffs++;
    this.holdings.release();
  }
}

let socket: FakeSocket;
let client: FakeClient;
let logger: RecordingLogger;
let guard: StallGuard;
let look: () => void;
/** Moves time, and looks only then, as after a long turn of the event loop. */
let lookAfter: (ms: number) => void;
let everyMs: number;

beforeEach(() => {
  let now = 0;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    setTimeout: () => ({ cancel: () => undefined }),
    setInterval: (callback, ms) => {
      look = callback;
      everyMs = ms;
      return { cancel: () => undefined };
    },
  };
  lookAfter = (ms) => {
    now += ms;
    look();
  };
  logger = new RecordingLogger();
  guard = new StallGuard(clock, { stalledClientMs: STALLED_MS, bufferedBytes: MOST_BYTES }, logger);
  socket = new FakeSocket();
  client = new FakeClient();
  guard.watch(socket as unknown as Socket, client);
  Object.assign(socket, { bytesWritten: 1_000, writableLength: 500 });
  lookAfter(everyMs);
});

describe('the guard against stalled clients', () => {
  it('cuts off one that takes nothing for the given time, and not before', () => {
    for (let ms = everyMs; ms < STALLED_MS; ms += everyMs) lookAfter(everyMs);
    expect([guard.cut, socket.destroyed]).toEqual([0, false]);
    lookAfter(everyMs);

    expect([guard.cut, socket.destroyed]).toEqual([1, true]);
  });

  it('begins anew with every byte that is taken', () => {
    for (let looks = 0; looks < 20; looks++) {
      if (looks % 3 === 0) socket.writableLength--;
      lookAfter(everyMs);
    }

    expect(guard.cut).toBe(0);
  });

  it('counts the time in which this process was held up against nobody', () => {
    lookAfter(100 * STALLED_MS);
    expect(guard.cut).toBe(0);
    // Now that the sockets had their turn, it is taken.
    socket.writableLength = 0;
    for (let looks = 0; looks < 20; looks++) lookAfter(everyMs);

    expect(guard.cut).toBe(0);
  });

  it('has less held for one for whom something waits when it is too much, though it takes some of it', () => {
    client.holds(MOST_BYTES - 500);
    lookAfter(everyMs);
    expect(client.shrunk).toBe(0);
    client.holds(1);
    socket.writableLength = 0;
    lookAfter(everyMs);
    expect(client.shrunk).toBe(0);

    // In both that is held.
    socket.writableLength = 500;
    lookAfter(everyMs);
    expect(client.shrunk).toBe(2);
    socket.writableLength = 499;
    client.holds(1);
    lookAfter(everyMs);
    expect(client.shrunk).toBe(5);
    client.isServed = true;
    lookAfter(everyMs);

    expect(client.shrunk).toBe(5);
  });

  it('leaves alone whoever is sent what is not ours', () => {
    client.isServed = true;
    for (let looks = 0; looks < 20; looks++) lookAfter(everyMs);
    expect(guard.cut).toBe(0);

    const next = new FakeClient();
    guard.watch(socket as unknown as Socket, next);
    for (let looks = 0; looks < 20; looks++) lookAfter(everyMs);

    expect([guard.cut, socket.destroyed]).toEqual([1, true]);
  });
});

describe('the guard against clients for whom too much is held', () => {
  it('cuts one off that takes nothing, long before its time, and tells so once', () => {
    client.holds(MOST_BYTES);
    lookAfter(everyMs);
    expect([guard.cut, client.cutOffs]).toEqual([0, 0]);

    lookAfter(everyMs);

    expect([guard.cut, guard.cutHolding, client.cutOffs, socket.destroyed]).toEqual([1, 1, 1, false]);
    expect(client.holdings.bytes).toBe(0);
    expect(logger.lines).toEqual([
      expect.objectContaining({ level: 'warn', fields: { waitingBytes: 500, heldBytes: MOST_BYTES } }),
    ]);
    const another = new FakeClient();
    const itsSocket = Object.assign(new FakeSocket(), { bytesWritten: 1, writableLength: 1 });
    another.holds(MOST_BYTES);
    guard.watch(itsSocket as unknown as Socket, another);
    for (let looks = 0; looks < 3; looks++) lookAfter(everyMs);
    expect([guard.cut, another.cutOffs]).toEqual([2, 1]);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'debug']);
  });

  it('ends the connection of one that was told and reads nothing still, without counting it again', () => {
    client.holds(MOST_BYTES);
    for (let ms = 0; ms < STALLED_MS; ms += everyMs) lookAfter(everyMs);

    expect([guard.cut, client.cutOffs, socket.destroyed]).toEqual([1, 1, true]);
  });

  it('ends the connection at once where the socket itself is what holds too much', () => {
    socket.writableLength = MOST_BYTES + 1;
    for (let looks = 0; looks < 3; looks++) lookAfter(everyMs);

    expect([guard.cut, client.cutOffs, socket.destroyed]).toEqual([1, 0, true]);
  });

  it('leaves alone whoever reads on, however slowly, and whoever has room', () => {
    client.holds(100 * MOST_BYTES);
    for (let looks = 0; looks < 50; looks++) {
      if (looks % 2 === 0) socket.writableLength--;
      lookAfter(everyMs);
    }
    socket.writableLength = 0;
    for (let looks = 0; looks < 50; looks++) lookAfter(everyMs);

    expect([guard.cut, client.cutOffs]).toEqual([0, 0]);
  });

  it('lets one that holds no more than it may have all its time', () => {
    client.holds(MOST_BYTES - 500);
    for (let ms = everyMs; ms < STALLED_MS; ms += everyMs) lookAfter(everyMs);
    expect([guard.cut, client.cutOffs]).toEqual([0, 0]);

    lookAfter(everyMs);

    expect([guard.cut, guard.cutHolding, socket.destroyed]).toEqual([1, 0, true]);
  });
});

describe('a real connection', () => {
  it('moves with each part of a long write that is taken', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [writer] = (await accepted) as [Socket];
    onTestFinished(() => {
      reader.destroy();
      writer.destroy();
    });
    reader.pause();
    writer.write(Buffer.alloc(64 * 1_048_576));
    const before = unsentOf(writer);

    let read = 0;
    reader.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read > 16 * 1_048_576) reader.pause();
    });
    reader.resume();
    await expect.poll(() => unsentOf(writer).queued, { timeout: 20_000 }).toBeLessThan(before.queued ?? 0);

    expect(unsentOf(writer).flushed).toBe(before.flushed);
    expect(writer.writableLength).toBe(64 * 1_048_576);
  });

  it('is of no interest once the answer is read, whatever others send over it', async () => {
    const answers: { readonly response: ServerResponse; readonly connection: Socket }[] = [];
    const server = createHttpServer((asked, response) => {
      guard.watchResponse(asked.socket, response);
      answers.push({ response, connection: asked.socket });
      response.end('done');
    });
    server.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const asked = request({ agent, port: (server.address() as AddressInfo).port, host: '127.0.0.1' }).end();
    const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
    answer.resume();
    await once(answer, 'end');
    await expect.poll(() => answers[0]?.response.writableFinished).toBe(true);
    const { connection } = answers[0]!;
    onTestFinished(() => void connection.destroy());
    asked.socket?.on('error', () => undefined).pause();
    connection.write(Buffer.alloc(64 * 1_048_576));
    expect(connection.writableLength).toBeGreaterThan(MOST_BYTES);
    socket.writableLength = 0;

    for (let looks = 0; looks < 20; looks++) lookAfter(everyMs);

    expect(guard.cut).toBe(0);
  });
});
