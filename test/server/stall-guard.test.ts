import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../core/index.js';
import { StallGuard } from '../../server/stall-guard.js';

const STALLED_MS = 400;

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

let socket: FakeSocket;
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
  guard = new StallGuard(clock, STALLED_MS);
  socket = new FakeSocket();
  guard.watch(socket as unknown as Socket);
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
});
