import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertChange } from '../../../core/alerts/alert.js';
import { AlertRegister } from '../../../core/alerts/alert-register.js';
import { type AlertName, ALERTS } from '../../../core/alerts/built-in.js';
import type { EntityKey } from '../../../core/model/entity.js';
import type { EventInput } from '../../../core/source.js';
import { GraphKit } from '../../support/graph-kit.js';
import { RecordingLogger } from '../../support/recording-logger.js';

const ALICE = { roomId: 'r', peerId: 'alice' };
const STALLED: EventInput = { type: 'producer.stalled', data: { silentMs: 10_000 } };
const RECOVERED: EventInput = { type: 'producer.recovered', data: { stalledMs: 12_000 } };

let kit: GraphKit;
let register: AlertRegister;
let worker: EntityKey;
let router: EntityKey;
let transport: EntityKey;
let producer: EntityKey;

function begin(limits: { maxAlerts?: number; maxSilences?: number } = {}): void {
  kit = new GraphKit({ publish: (event) => register.observe(event) });
  register = new AlertRegister({
    clock: kit.clock,
    logger: new RecordingLogger(),
    emit: (event, about) => kit.graph.emit(about?.entity?.key ?? null, event, about),
    ...limits,
  });
  worker = kit.worker(4711);
  router = kit.router(worker, 'router');
  transport = kit.transport(router, 't', ALICE);
  producer = kit.producer(transport, 'p');
  kit.graph.reidentify();
}

beforeEach(() => begin());

function namesOfActive(): string[] {
  return register.active().map(({ name }) => name);
}

/** What waits for a subscriber. It must not be read again: the last `next` is left open. */
async function drain(changes: AsyncIterableIterator<AlertChange>): Promise<AlertChange[]> {
  const got: AlertChange[] = [];
  for (;;) {
    const next = await Promise.race([
      changes.next(),
      new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
    ]);
    if (next === undefined || next.done === true) return got;
    got.push(next.value);
  }
}

const summary = (changes: readonly AlertChange[]): string[] =>
  changes.map(({ change, alert }) => `${change} ${alert.id}`);

describe('an alert', () => {
  it('begins with its onset and tells what is wrong, with whom and since when', () => {
    kit.clock.advance(1_000);
    kit.graph.emit(producer, STALLED);

    expect(register.active()).toEqual([
      {
        id: `producerStalled:${producer}`,
        name: 'producerStalled',
        state: 'firing',
        severity: 'warning',
        labels: {
          alertname: 'producerStalled',
          severity: 'warning',
          kind: 'producer',
          entity: producer,
          worker,
          room: 'r',
          peer: 'alice',
        },
        fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
        annotations: { summary: 'Producer p is not paused and has sent nothing for 10 s.', description: '' },
        entity: { kind: 'producer', key: producer, id: 'p' },
        room: 'r',
        peer: 'alice',
        worker,
        since: kit.clock.now(),
        firingSince: kit.clock.now(),
        resolvedAt: null,
        value: null,
        examples: [],
        verdict: null,
        query: null,
        acknowledged: null,
        silencedUntil: null,
        inhibitedBy: null,
      },
    ]);
  });

  it('ends with its recovery, and may begin again', () => {
    kit.graph.emit(producer, STALLED);
    kit.graph.emit(producer, RECOVERED);
    expect(register.active()).toEqual([]);

    kit.clock.advance(5_000);
    kit.graph.emit(producer, STALLED);
    expect(register.active()).toMatchObject([{ since: kit.clock.now() }]);
  });

  it('ends with the close of its entity, whatever closed it', () => {
    kit.graph.emit(producer, STALLED);
    kit.graph.emit(transport, { type: 'transport.idled', data: { idleMs: 30_000 } });
    kit.graph.emit(worker, { type: 'worker.hung', data: { pid: 4711, deadlineMs: 2_000 } });
    expect(namesOfActive()).toEqual(['producerStalled', 'transportIdle', 'workerHung']);

    kit.graph.close(transport, 'api');
    expect(namesOfActive()).toEqual(['workerHung']);

    kit.graph.close(worker, 'workerDied');
    expect(register.active()).toEqual([]);
  });

  it('that begins twice keeps its first onset', () => {
    kit.graph.emit(producer, STALLED);
    const [first] = register.active();
    kit.clock.advance(1_000);
    kit.graph.emit(producer, STALLED);

    expect(register.active()).toEqual([first]);
  });

  it('follows the identity of its entity', () => {
    const appData: Record<string, unknown> = {};
    const late = kit.transport(router, 'late', appData);
    kit.graph.emit(late, { type: 'transport.idled', data: { idleMs: 30_000 } });
    expect(register.active()).toMatchObject([{ room: null, peer: null }]);

    Object.assign(appData, { roomId: 's', peerId: 'bob' });
    kit.graph.reidentify();

    expect(register.active()).toMatchObject([{ room: 's', peer: 'bob' }]);
  });

  it('of every name begins and ends with the events of the table', () => {
    const consumer = kit.consumer(transport, 'c', producer);
    const entities: Record<AlertName, EntityKey> = {
      workerHung: worker,
      transportNeverConnected: transport,
      transportIdle: transport,
      producerStalled: producer,
      consumerStarved: consumer,
    };
    const onsets: Record<AlertName, EventInput> = {
      workerHung: { type: 'worker.hung', data: { pid: 4711, deadlineMs: 1_500 } },
      transportNeverConnected: { type: 'transport.neverConnected', data: { afterMs: 15_000 } },
      transportIdle: { type: 'transport.idled', data: { idleMs: 30_000 } },
      producerStalled: STALLED,
      consumerStarved: { type: 'consumer.starved', data: { cause: 'noLayers', silentMs: 10_000 } },
    };
    const recoveries: Record<AlertName, EventInput> = {
      workerHung: { type: 'worker.recovered', data: { pid: 4711, hungMs: 1 } },
      transportNeverConnected: { type: 'transport.connected', data: { iceConnectMs: 1, dtlsConnectMs: 2 } },
      transportIdle: { type: 'transport.resumed', data: { idleMs: 1 } },
      producerStalled: RECOVERED,
      consumerStarved: { type: 'consumer.recovered', data: { starvedMs: 1 } },
    };
    const names = Object.keys(ALERTS) as AlertName[];

    for (const name of names) kit.graph.emit(entities[name], onsets[name]);
    expect(register.active().map(({ name, severity }) => [name, severity])).toEqual(
      names.map((name) => [name, ALERTS[name].severity]),
    );
    for (const { annotations } of register.active()) expect(annotations.summary).toMatch(/^[A-Z][^\n]*\d s[^\n]*\.$/);

    for (const name of names) {
      kit.graph.emit(entities[name], recoveries[name]);
      expect(namesOfActive()).not.toContain(name);
    }
  });

  it('beyond the bound is not kept, and counted', () => {
    begin({ maxAlerts: 2 });
    for (const id of ['a', 'b', 'c']) kit.graph.emit(kit.producer(transport, id), STALLED);

    expect(register.active().map(({ entity }) => entity?.id)).toEqual(['a', 'b']);
    expect(register.dropped).toBe(1);
  });
});

describe('acknowledging', () => {
  it('keeps who, when and why, until the alert ends', () => {
    kit.graph.emit(producer, STALLED);
    const id = `producerStalled:${producer}`;

    const alert = register.acknowledge(id, 'ann', 'on it');

    expect(alert?.acknowledged).toEqual({ at: kit.clock.now(), by: 'ann', comment: 'on it' });
    expect(register.active()).toEqual([alert]);
    kit.graph.emit(producer, RECOVERED);
    kit.graph.emit(producer, STALLED);
    expect(register.active()).toMatchObject([{ acknowledged: null }]);
  });

  it('gives nothing for an alert that is not there', () => {
    expect(register.acknowledge('producerStalled:nobody', 'ann', '')).toBeUndefined();
  });

  it('cuts texts that are too long', () => {
    kit.graph.emit(producer, STALLED);

    const alert = register.acknowledge(`producerStalled:${producer}`, 'x'.repeat(10_000), 'y'.repeat(10_000));

    expect(alert?.acknowledged?.by).toHaveLength(200);
    expect(alert?.acknowledged?.comment).toHaveLength(2_000);
  });
});

describe('a silence', () => {
  it('covers alerts that last and alerts that come, until it ends by the wall clock', () => {
    kit.graph.emit(producer, STALLED);
    const { until } = register.silence({ room: 'r' }, 60, 'ann', 'maintenance');
    kit.graph.emit(transport, { type: 'transport.idled', data: { idleMs: 30_000 } });

    expect(until).toBe(kit.clock.now() + 60_000);
    expect(register.active().map(({ silencedUntil }) => silencedUntil)).toEqual([until, until]);

    kit.clock.jumpWallTime(60_000);
    expect(register.active().map(({ silencedUntil }) => silencedUntil)).toEqual([null, null]);
    expect(register.silences()).toEqual([]);
  });

  it.each([
    { matcher: { name: 'producerStalled' as const }, covered: true },
    { matcher: { name: 'transportIdle' as const }, covered: false },
    { matcher: { room: 'r', peer: 'alice' }, covered: true },
    { matcher: { room: 'r', peer: 'bob' }, covered: false },
    { matcher: { entity: 'router/p' as EntityKey }, covered: true },
    { matcher: { entity: 'router/q' as EntityKey }, covered: false },
  ])('covers what all its fields match: $matcher $covered', ({ matcher, covered }) => {
    kit.graph.emit(producer, STALLED);

    register.silence(matcher, 60, 'ann', '');

    expect(register.active()[0]?.silencedUntil !== null).toBe(covered);
  });

  it('that ends later counts when several cover an alert', () => {
    kit.graph.emit(producer, STALLED);
    const { until } = register.silence({ room: 'r' }, 600, 'ann', '');
    register.silence({ peer: 'alice' }, 60, 'bob', '');

    expect(register.active()[0]?.silencedUntil).toBe(until);
    expect(register.silences()).toHaveLength(2);
  });

  it('covers an alert whose entity turns out to be of its room', () => {
    const appData: Record<string, unknown> = {};
    kit.graph.emit(kit.transport(router, 'late', appData), { type: 'transport.idled', data: { idleMs: 30_000 } });
    const { until } = register.silence({ room: 's' }, 60, 'ann', '');
    expect(register.active()).toMatchObject([{ silencedUntil: null }]);

    Object.assign(appData, { roomId: 's' });
    kit.graph.reidentify();

    expect(register.active()).toMatchObject([{ silencedUntil: until }]);
  });

  it.each([0, 0.5, 604_801, Number.NaN, Number.POSITIVE_INFINITY])('refuses to last %d seconds', (seconds) => {
    expect(() => register.silence({ room: 'r' }, seconds, 'ann', '')).toThrow(RangeError);
  });

  it('refuses to cover everything', () => {
    expect(() => register.silence({}, 60, 'ann', '')).toThrow('must name an alert');
  });

  it('is refused beyond the bound, until another ends', () => {
    begin({ maxSilences: 1 });
    register.silence({ room: 'r' }, 1, 'ann', '');
    expect(() => register.silence({ room: 's' }, 1, 'ann', '')).toThrow('1 silences already');

    kit.clock.advance(1_000);

    expect(register.silence({ room: 's' }, 1, 'ann', '').id).toBe('silence-2');
  });
});

describe('a subscriber', () => {
  it('hears of every change in order while it reads', async () => {
    const changes = register.subscribe();
    const heard: AlertChange[] = [];
    const id = `producerStalled:${producer}`;
    for (const cause of [
      () => kit.graph.emit(producer, STALLED),
      () => register.acknowledge(id, 'ann', ''),
      () => register.silence({ room: 'r' }, 60, 'ann', ''),
      () => kit.graph.emit(producer, RECOVERED),
    ]) {
      cause();
      const { value } = await changes.next();
      heard.push(value);
    }

    expect(summary(heard)).toEqual([`raised ${id}`, `acknowledged ${id}`, `silenced ${id}`, `resolved ${id}`]);
    expect(heard.at(-1)?.alert.acknowledged?.by).toBe('ann');
  });

  it('that is slow gets the newest change of each alert, and holds no more', async () => {
    const changes = register.subscribe();
    const other = kit.producer(transport, 'q');
    for (let round = 0; round < 100; round++) {
      kit.graph.emit(producer, STALLED);
      kit.graph.emit(producer, RECOVERED);
    }
    kit.graph.emit(other, STALLED);

    expect(summary(await drain(changes))).toEqual([
      `resolved producerStalled:${producer}`,
      `raised producerStalled:${other}`,
    ]);
    expect(register.dropped).toBe(0);
  });

  it('that reads nothing holds at most as many changes as there may be alerts, and the lost are counted', async () => {
    begin({ maxAlerts: 3 });
    const changes = register.subscribe();
    for (let index = 0; index < 10; index++) {
      const key = kit.producer(transport, `p${index}`);
      kit.graph.emit(key, STALLED);
      kit.graph.close(key, 'api');
    }

    expect((await drain(changes)).map(({ alert }) => alert.entity?.id)).toEqual(['p7', 'p8', 'p9']);
    expect(register.dropped).toBe(7);
  });

  it('ends when the register closes, which raises nothing more', async () => {
    const changes = register.subscribe();
    const next = changes.next();

    register.close();
    kit.graph.emit(producer, STALLED);

    expect((await next).done).toBe(true);
    expect((await register.subscribe().next()).done).toBe(true);
    expect(register.subscribers).toBe(0);
    expect(register.active()).toEqual([]);
  });

  it('ends when its signal aborts', async () => {
    const abort = new AbortController();
    const next = register.subscribe(abort.signal).next();

    abort.abort();

    expect((await next).done).toBe(true);
    expect(register.subscribers).toBe(0);
  });
});
