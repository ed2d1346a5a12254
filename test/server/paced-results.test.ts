import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Doorway } from '../../server/doorway.js';
import { Floor } from '../../server/floor.js';
import { Holdings } from '../../server/holdings.js';
import { PacedResults } from '../../server/paced-results.js';
import { Expanded } from '../../schema/live/expanded.js';
import { SignalIterator } from '../../core/index.js';

const ROOM = 1_000;

/** A connection of which the test says how much waits, and subscriptions over it. */
class Connection {
  waiting = 0;
  readonly door = new Doorway(ROOM, () => this.waiting);
  readonly floor = new Floor();
  readonly holdings = new Holdings();

  fill(): void {
    this.waiting = ROOM;
  }

  drain(): void {
    this.waiting = 0;
    this.door.admit();
  }

  /** A subscription to the newest of some messages, given letter by letter. */
  subscribe(map: (letter: string) => Promise<string> = async (letter) => letter) {
    const state = { newest: undefined as string | undefined, taken: 0 };
    const source = new SignalIterator(
      () => {
        const { newest } = state;
        state.newest = undefined;
        if (newest !== undefined) state.taken++;
        return newest;
      },
      () => undefined,
    );
    const { door, floor, holdings } = this;
    const subscriber = { aborted: false, door, floor, holdings };
    const parts = new Expanded(source, (message) => message.split(''));
    const results = new PacedResults(parts, async (letter) => await map(letter as string), subscriber);
    const publish = (message: string): void => {
      state.newest = message;
      source.wake();
    };
    return { publish, source, subscriber, results, taken: () => state.taken };
  }
}

async function turns(): Promise<void> {
  for (let n = 0; n < 10; n++) await turn();
}

const DONE = { done: true, value: undefined };
const value = (letter: string) => ({ done: false, value: letter });

describe('results for one client', () => {
  it('are taken when there is room, and then are the newest', async () => {
    const connection = new Connection();
    const { publish, results, taken } = connection.subscribe();
    connection.fill();
    publish('a');
    const next = results.next();
    await turns();
    expect(taken()).toBe(0);

    publish('b');
    connection.drain();

    expect(await next).toEqual(value('b'));
    expect(taken()).toBe(1);
  });

  it('are waited for again when there was nothing to take', async () => {
    const connection = new Connection();
    const { publish, results } = connection.subscribe();
    const next = results.next();
    await turns();

    publish('');
    await turns();
    publish('a');

    expect(await next).toEqual(value('a'));
  });

  it('end with their source', async () => {
    const { source, results } = new Connection().subscribe();
    const next = results.next();

    source.end();

    expect([await next, await results.next()]).toEqual([DONE, DONE]);
  });

  it('end their source when one of them cannot be made, and let others go on', async () => {
    const connection = new Connection();
    const failing = connection.subscribe(async () => Promise.reject(new Error('no')));
    const other = connection.subscribe();
    failing.publish('ab');
    other.publish('c');
    const waiting = other.results.next();

    await expect(failing.results.next()).rejects.toThrow('no');

    expect(await waiting).toEqual(value('c'));
    expect(failing.source.ended).toBe(true);
  });
});

describe('several subscriptions of one client', () => {
  it('do not begin a message while another is in the middle of one', async () => {
    const connection = new Connection();
    const [one, two, three] = [connection.subscribe(), connection.subscribe(), connection.subscribe()];
    for (const { publish } of [one, two, three]) publish('ab');
    expect(await one.results.next()).toEqual(value('a'));
    const others = [two.results.next(), three.results.next()];
    await turns();
    expect([two.taken(), three.taken()]).toEqual([0, 0]);

    two.publish('newer');
    expect(await one.results.next()).toEqual(value('b'));

    expect(await others[0]).toEqual(value('n'));
    await turns();
    expect(three.taken()).toBe(0);
    for (const letter of 'ewer') expect(await two.results.next()).toEqual(value(letter));
    expect(await others[1]).toEqual(value('a'));
  });

  it.each<[string, (one: ReturnType<Connection['subscribe']>) => unknown]>([
    ['is completed', ({ results }) => results.return()],
    [
      'is wanted no more',
      async ({ results, subscriber }) => {
        subscriber.aborted = true;
        expect(await results.next()).toEqual(DONE);
      },
    ],
  ])('go on when the one in the middle of a message %s', async (_what, leave) => {
    const connection = new Connection();
    const [one, two] = [connection.subscribe(), connection.subscribe()];
    one.publish('ab');
    two.publish('c');
    await one.results.next();
    const waiting = two.results.next();
    await turns();
    expect(two.taken()).toBe(0);

    await leave(one);

    expect(await waiting).toEqual(value('c'));
    expect(one.source.ended).toBe(true);
  });

  it('go on when one that waits for its turn, or for room, is completed', async () => {
    const connection = new Connection();
    const [one, two, three] = [connection.subscribe(), connection.subscribe(), connection.subscribe()];
    for (const { publish } of [one, two, three]) publish('a');
    connection.fill();
    const [first, second, third] = [one.results.next(), two.results.next(), three.results.next()];
    await turns();

    await two.results.return();
    expect(await second).toEqual(DONE);
    await one.results.return();
    expect(await first).toEqual(DONE);
    connection.drain();

    expect(await third).toEqual(value('a'));
    expect([one.taken(), two.taken(), three.taken()]).toEqual([0, 0, 1]);
  });

  it('let those between their parts whose results have none, and queries', async () => {
    const connection = new Connection();
    const { publish, results } = connection.subscribe();
    publish('ab');
    await results.next();
    const events = ['event'];
    const single = new PacedResults(
      new SignalIterator(
        () => events.shift(),
        () => undefined,
      ),
      async (event) => event,
      { aborted: false, door: connection.door, floor: connection.floor, holdings: connection.holdings },
    );

    expect(await single.next()).toEqual(value('event'));
    await turns();
    const query = {};
    await connection.door.enterAlone(query);
    const next = results.next();
    connection.door.leave(query);

    expect(await next).toEqual(value('b'));
  });
});
