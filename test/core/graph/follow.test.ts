import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import type { FollowMessage } from '../../../core/model/snapshot.js';
import { GraphKit, turn } from '../../support/graph-kit.js';

const R = 'r' as EntityKey;

function kitWithRouter(changeLog = 1_000): GraphKit {
  const kit = new GraphKit({ options: { changeLog } });
  kit.router(kit.worker(), 'r');
  return kit;
}

/** What a message says, in short. */
function said(result: IteratorResult<FollowMessage>): unknown {
  if (result.done === true) return 'done';
  const message = result.value;
  if (message.type === 'snapshot') return { snapshot: message.snapshot.seq, reset: message.reset };
  const { fromSeq, toSeq, opened, changed, closed } = message.delta;
  const ids = (list: readonly { readonly key: string }[]): string[] => list.map(({ key }) => key);
  return { fromSeq, toSeq, opened: ids(opened), changed: ids(changed), closed: ids(closed) };
}

describe('following the graph', () => {
  it('gives a snapshot, then deltas from its seq', async () => {
    const kit = kitWithRouter();
    await turn();
    const follower = kit.graph.follow();
    expect(said(await follower.next())).toEqual({ snapshot: 2, reset: false });

    const transport = kit.transport(R, 't');
    kit.producer(transport, 'p');

    expect(said(await follower.next())).toEqual({
      fromSeq: 2,
      toSeq: 4,
      opened: ['r/t', 'r/p'],
      changed: [],
      closed: [],
    });
    await follower.return?.();
    expect(kit.graph.followers).toBe(0);
  });

  it('wakes a waiting follower once for all that happens in one turn', async () => {
    const kit = kitWithRouter();
    const follower = kit.graph.follow();
    await follower.next();
    const waiting = follower.next();

    const transport = kit.transport(R, 't');
    kit.producer(transport, 'p');
    kit.graph.close(transport, 'api');
    kit.transport(R, 't2');

    expect(said(await waiting)).toMatchObject({ opened: ['r/t2'], changed: [], closed: [] });
    await follower.return?.();
  });

  it('tells once after each turn in which something happened, though nothing is read, until it ends', async () => {
    const kit = kitWithRouter();
    await turn();
    let told = 0;
    const follower = kit.graph.follow({ onNews: () => told++ });
    await follower.next();
    await turn();
    expect(told).toBe(0);

    kit.producer(kit.transport(R, 't'), 'p');
    await turn();
    expect(told).toBe(1);
    kit.transport(R, 't2');
    await turn();
    expect(told).toBe(2);

    await follower.return?.();
    kit.transport(R, 't3');
    await turn();
    expect(told).toBe(2);
  });

  it('shows the newest node only, and says nothing of what came and went', async () => {
    const kit = kitWithRouter();
    const old = kit.transport(R, 'old');
    const follower = kit.graph.follow();
    await follower.next();

    kit.graph.close(kit.transport(R, 'brief'), 'api');
    for (const iceState of ['connected', 'completed'] as const) {
      kit.graph.change(
        'transport',
        old,
        { iceState },
        { type: 'transport.iceStateChanged', data: { from: null, to: iceState } },
      );
    }

    const { value } = await follower.next();
    expect(value).toMatchObject({ delta: { opened: [], changed: [{ iceState: 'completed' }], closed: [] } });
    await follower.return?.();
  });

  it('says nothing of steps that change no node, yet leaves no gap in seq', async () => {
    const kit = kitWithRouter();
    const follower = kit.graph.follow();
    await follower.next();
    const { seq } = kit.graph;
    const waiting = follower.next();

    for (let n = 0; n < 5; n++) kit.graph.emit(R, { type: 'monitor.resync', data: { missedEvents: 0 } });
    await turn();
    kit.transport(R, 't');

    expect(said(await waiting)).toMatchObject({ fromSeq: seq, toSeq: kit.graph.seq, opened: ['r/t'] });
    await follower.return?.();
  });

  it('resumes where it left off', async () => {
    const kit = kitWithRouter();
    await turn();
    const from = { runId: 'run-1', seq: kit.graph.seq };
    kit.transport(R, 't');

    const follower = kit.graph.follow({ from });

    expect(said(await follower.next())).toMatchObject({ fromSeq: 2, toSeq: 3, opened: ['r/t'] });
    await follower.return?.();
  });

  it.each([
    ['of another run', { runId: 'run-0', seq: 2 }],
    ['too old', { runId: 'run-1', seq: 1 }],
    ['in the future', { runId: 'run-1', seq: 1_000_000 }],
    ['no number', { runId: 'run-1', seq: Number.NaN }],
  ])('begins anew, marked as a reset, when the place to resume is %s', async (_, from) => {
    const kit = kitWithRouter(20);
    for (let n = 0; n < 30; n++) kit.transport(R, `t${n}`);

    const follower = kit.graph.follow({ from });

    expect(said(await follower.next())).toEqual({ snapshot: kit.graph.seq, reset: true });
    await follower.return?.();
  });

  it('gives a new snapshot to a follower that fell too far behind, and counts what it missed', async () => {
    const kit = kitWithRouter(20);
    await turn();
    const follower = kit.graph.follow();
    await follower.next();
    for (let n = 0; n < 21; n++) kit.transport(R, `t${n}`);

    expect(said(await follower.next())).toEqual({ snapshot: 23, reset: true });
    expect(kit.graph.dropped).toBe(21);

    for (let n = 0; n < 3; n++) kit.transport(R, `u${n}`);
    expect(said(await follower.next())).toMatchObject({ fromSeq: 23, toSeq: 26 });
    await follower.return?.();
  });

  it('waits at least the interval between two messages and coalesces what happens meanwhile', async () => {
    const kit = kitWithRouter();
    await turn();
    const follower = kit.graph.follow({ minIntervalMs: 100 });
    await follower.next();
    const heard: unknown[] = [];
    const waiting = follower.next().then((result) => heard.push(said(result)));

    kit.transport(R, 't1');
    await turn();
    kit.clock.advance(99);
    kit.transport(R, 't2');
    await turn();
    expect(heard).toEqual([]);
    kit.clock.advance(1);
    await waiting;

    expect(heard).toMatchObject([{ opened: ['r/t1', 'r/t2'] }]);
    await follower.return?.();
    expect(kit.clock.pending).toBe(0);
  });

  it('ends on abort and leaves no timer', async () => {
    const kit = kitWithRouter();
    const abort = new AbortController();
    const follower = kit.graph.follow({ signal: abort.signal, minIntervalMs: 50 });
    await follower.next();
    const waiting = follower.next();
    kit.transport(R, 't');
    await turn();
    expect(kit.clock.pending).toBe(1);

    abort.abort();

    expect(said(await waiting)).toBe('done');
    expect(said(await follower.next())).toBe('done');
    expect(kit.clock.pending).toBe(0);
    expect(kit.graph.followers).toBe(0);
    expect(said(await kit.graph.follow({ signal: abort.signal }).next())).toBe('done');
  });

  it('ends when the graph stops', async () => {
    const kit = kitWithRouter();
    const follower = kit.graph.follow();
    await follower.next();
    const waiting = follower.next();

    kit.graph.stop();

    expect(said(await waiting)).toBe('done');
    expect(said(await kit.graph.follow().next())).toBe('done');
  });

  it('gives each of two followers at different places what it lacks', async () => {
    const kit = kitWithRouter();
    const early = kit.graph.follow();
    await early.next();
    kit.transport(R, 't1');
    const late = kit.graph.follow();
    await late.next();
    kit.transport(R, 't2');

    expect(said(await early.next())).toMatchObject({ opened: ['r/t1', 'r/t2'] });
    expect(said(await late.next())).toMatchObject({ opened: ['r/t2'] });
    for (const follower of [early, late]) await follower.return?.();
  });

  it('shows an entity as changed that closed and opened again under the same key', async () => {
    const kit = kitWithRouter();
    const old = kit.transport(R, 'old');
    kit.producer(old, 'p');
    const follower = kit.graph.follow();
    await follower.next();

    kit.graph.close(old, 'api');
    kit.producer(kit.transport(R, 'new'), 'p');

    expect(said(await follower.next())).toMatchObject({ opened: ['r/new'], changed: ['r/p'], closed: ['r/old'] });
    await follower.return?.();
  });

  it('closes a child before the parent it had, even if it came back under another and closed there', async () => {
    const kit = kitWithRouter();
    const old = kit.transport(R, 'old');
    kit.graph.close(kit.producer(old, 'brief'), 'api');
    const producer = kit.producer(old, 'p');
    const follower = kit.graph.follow();
    await follower.next();

    kit.graph.close(producer, 'api');
    kit.producer(kit.transport(R, 'new'), 'p');
    kit.graph.close(R, 'api');

    expect(said(await follower.next())).toMatchObject({ opened: [], closed: ['r/p', 'r/old', 'r'] });
    await follower.return?.();
  });

  it('gives followers at the same place the very same delta', async () => {
    const kit = kitWithRouter();
    const followers = [kit.graph.follow(), kit.graph.follow()];
    for (const follower of followers) await follower.next();
    kit.transport(R, 't');

    const [one, two] = await Promise.all(followers.map((follower) => follower.next()));

    expect(one?.value.delta).toBe(two?.value.delta);
    for (const follower of followers) await follower.return?.();
  });
});
