import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { RequestPipe } from '../../../core/mediasoup/request-pipe.js';
import { RequestPipes } from '../../../core/mediasoup/request-pipes.js';

/** A child with as many pipes as told, that ends when its input does. */
const CHILD = 'process.stdin.resume(); process.stdin.on("end", () => process.exit());';

describe('the pipes by which workers get their requests', () => {
  const pipes = new RequestPipes();
  const children: ChildProcess[] = [];

  async function child(streams: number): Promise<ChildProcess> {
    const made = spawn(process.execPath, ['-e', CHILD], {
      stdio: Array.from({ length: streams }, () => 'pipe' as const),
    });
    children.push(made);
    // A child that ends with something unread resets its pipes.
    for (const stream of made.stdio) stream?.on('error', () => {});
    await once(made, 'spawn');
    return made;
  }

  async function end(made: ChildProcess): Promise<void> {
    if (made.exitCode !== null) return;
    const exit = once(made, 'exit');
    made.stdin!.end();
    await exit;
  }

  afterEach(async () => {
    pipes.stop();
    await Promise.all(children.splice(0).map(end));
  });

  it('are found by the pid of a child made since the start, once', async () => {
    pipes.start();
    const made = await child(5);
    expect(pipes.take(made.pid!)).toBeInstanceOf(RequestPipe);
    expect(pipes.take(made.pid!)).toBeNull();
  });

  it('are not known of a child made before, of another kind of child, or after the stop', async () => {
    const before = await child(5);
    pipes.start();
    const small = await child(3);
    const last = await child(5);
    pipes.stop();
    expect([before, small, last].map(({ pid }) => pipes.take(pid!))).toEqual([null, null, null]);
  });

  it('are forgotten with a child that has ended, when the next one is made', async () => {
    pipes.start();
    const made = await child(5);
    await end(made);
    await child(5);
    expect(pipes.take(made.pid!)).toBeNull();
  });

  it('hold back what is written in a turn until it is over, and never longer', async () => {
    const made = await child(5);
    const stream = made.stdio[3] as Writable;
    const pipe = new RequestPipe(stream);

    pipe.together(() => {
      stream.write('one');
      stream.write('two');
      expect(stream.writableLength).toBe(6);
      expect(stream.writableCorked).toBe(1);
    });
    expect(stream.writableCorked).toBe(0);

    const broken = new Error('broken');
    expect(() =>
      pipe.together(() => {
        throw broken;
      }),
    ).toThrow(broken);
    expect(stream.writableCorked).toBe(0);
  });

  it('are left alone once they are closed', async () => {
    const made = await child(5);
    const stream = made.stdio[3] as Writable;
    stream.destroy();
    let worked = false;
    new RequestPipe(stream).together(() => {
      worked = true;
      expect(stream.writableCorked).toBe(0);
    });
    expect(worked).toBe(true);
  });
});
