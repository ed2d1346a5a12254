import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey, HostSample } from '../../core/index.js';
import { RoomScene } from '../support/room-scene.js';
import { sampleAlert } from '../../core/testing/index.js';
import { type Json, message, SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann', 'bob']);
});

const GRAPH = `subscription ($filter: GraphFilter, $resume: GraphResume) {
  graph(filter: $filter, resume: $resume, minIntervalMs: 0) {
    __typename
    ... on GraphSnapshotMessage { runId seq reset part last nodes { key } }
    ... on GraphDeltaMessage { fromSeq seq last opened { key } changed { key ... on Producer { paused } } closed { key id } }
  }
}`;

describe('the graph subscription', () => {
  it('gives all that is open, then what changes', async () => {
    const { kit } = schema;
    const stream = await schema.subscribe(GRAPH);
    const { graph: first } = await message(stream);
    const { size } = kit.graph.snapshot();

    schema.change('producer', scene.peer('ann').video, { paused: true });
    kit.transport(scene.router, 'new');
    kit.graph.close(scene.peer('bob').audio, 'api');
    const { graph: second } = await message(stream);

    expect(first).toMatchObject({ __typename: 'GraphSnapshotMessage', reset: false, part: 0, last: true });
    expect(first!.nodes!.map(({ key }) => key)).toContain('router-blue/ann-video');
    expect(first!.nodes).toHaveLength(size);
    expect(second).toMatchObject({
      __typename: 'GraphDeltaMessage',
      fromSeq: first!.seq,
      seq: kit.graph.seq,
      last: true,
    });
    expect(second!.opened).toEqual([{ key: 'router-blue/new' }]);
    expect(second!.changed).toContainEqual({ key: 'router-blue/ann-video', paused: true });
    expect(second!.closed!.map(({ key }) => key)).toContain('router-blue/bob-audio');
    await stream.return?.();
  });

  it('goes on where an earlier one ended', async () => {
    const before = await schema.subscribe(GRAPH);
    const { graph: first } = await message(before);
    await before.return?.();
    schema.kit.transport(scene.router, 'meanwhile');

    const stream = await schema.subscribe(GRAPH, { resume: { runId: first!.runId, seq: first!.seq } });
    const { graph } = await message(stream);

    expect(graph).toMatchObject({ __typename: 'GraphDeltaMessage', fromSeq: first!.seq });
    expect(graph!.opened).toEqual([{ key: 'router-blue/meanwhile' }]);
    await stream.return?.();
  });

  it('begins anew, and says so, where it cannot go on', async () => {
    const stream = await schema.subscribe(GRAPH, { resume: { runId: 'run-0', seq: 3 } });

    expect((await message(stream)).graph).toMatchObject({ __typename: 'GraphSnapshotMessage', reset: true });
    await stream.return?.();
  });

  it('follows some kinds only', async () => {
    const stream = await schema.subscribe(GRAPH, { filter: { kinds: ['PRODUCER'] } });
    const { graph: first } = await message(stream);
    schema.kit.transport(scene.router, 'unwanted');
    schema.kit.producer(scene.peer('ann').send, 'wanted');
    const { graph: second } = await message(stream);

    expect(first!.nodes).toHaveLength(4);
    expect(second!.opened).toEqual([{ key: 'router-blue/wanted' }]);
    await stream.return?.();
  });

  it('follows a room: what is identified late enters it, what is not of it stays out', async () => {
    const stream = await schema.subscribe(GRAPH, { filter: { room: 'blue', kinds: ['TRANSPORT'] } });
    const { graph: first } = await message(stream);

    const other = await RoomScene.open(schema, 'red', ['zoe']);
    const late = schema.kit.transport(scene.router, 'late', { roomId: 'blue' });
    const { graph: second } = await message(stream);
    schema.kit.graph.close(other.router, 'api');
    schema.kit.graph.close(late, 'api');
    const { graph: third } = await message(stream);

    expect(first!.nodes).toHaveLength(4);
    expect(second!.opened).toEqual([{ key: late }]);
    expect(third!.closed!.map(({ key }) => key)).toEqual([late]);
    await stream.return?.();
  });

  it('cuts what is large into parts', async () => {
    for (let i = 0; i < 600; i++) schema.kit.transport(scene.router, `t${i}`);
    const stream = await schema.subscribe(GRAPH, { filter: { kinds: ['TRANSPORT'] } });

    const parts = [await message(stream), await message(stream)].map(({ graph }) => graph!);

    expect(parts.map(({ part, last, nodes }) => [part, last, nodes!.length])).toEqual([
      [0, false, 500],
      [1, true, 104],
    ]);
    await stream.return?.();
  });
});

describe('a subscription to statistics', () => {
  const STATS = `subscription ($ids: [ID!], $filter: StatsFilter) {
    stats(ids: $ids, filter: $filter, everyMs: 250) { fresh truncated nodes { key ... on Producer { stats { bitrate } } } }
  }`;

  it('gives the newest numbers at once and after every tick', async () => {
    const { video } = scene.peer('ann');
    schema.stats.set(video, { bitrate: 1 });
    const stream = await schema.subscribe(STATS, { ids: ['ann-video'] });
    const first = await message(stream);

    const next = message(stream);
    schema.stats.set(video, { bitrate: 2 });
    schema.stats.tick();
    const second = await next;

    expect(first.stats).toEqual({ fresh: true, truncated: false, nodes: [{ key: video, stats: { bitrate: 1 } }] });
    expect(second.stats!.nodes).toEqual([{ key: video, stats: { bitrate: 2 } }]);
    await stream.return?.();
  });

  it('tells the time of each message, though nothing opens or closes', async () => {
    const stream = await schema.subscribe('subscription { stats(ids: ["ann-video"]) { moment: at nodes { ageMs } } }');
    const { stats: first } = await message(stream);

    const next = message(stream);
    schema.kit.clock.advance(1_500);
    schema.stats.tick();
    const { stats: second } = await next;

    expect(Date.parse(String(second!.moment)) - Date.parse(String(first!.moment))).toBe(1_500);
    expect(Number(second!.nodes![0]!.ageMs) - Number(first!.nodes![0]!.ageMs)).toBe(1_500);
    await stream.return?.();
  });

  it('has the entities sampled for as long as it lasts, also if it is never read', async () => {
    const stream = await schema.subscribe(STATS, { ids: ['ann-video', 'bob-audio'] });
    const during = [...schema.stats.leases];

    await stream.return?.();

    expect(during).toEqual([{ entities: [scene.peer('ann').video, scene.peer('bob').audio], everyMs: 250 }]);
    expect(schema.stats.leases.size).toBe(0);
    expect(schema.stats.tickers).toBe(0);
  });

  it('ends while it waits, and lets go', async () => {
    const stream = await schema.subscribe(STATS, { ids: ['ann-video'] });
    await message(stream);
    const waiting = stream.next();

    await stream.return?.();

    expect(await waiting).toMatchObject({ done: true });
    expect(schema.stats.leases.size).toBe(0);
    expect(schema.stats.tickers).toBe(0);
  });

  it('follows those who match as they come and go', async () => {
    const stream = await schema.subscribe(STATS, { filter: { room: 'blue', kinds: ['PRODUCER'] } });
    const keys = ({ stats }: Json) => stats!.nodes!.map(({ key }) => key);
    expect(keys(await message(stream))).toHaveLength(4);

    const added = schema.kit.producer(scene.peer('ann').send, 'screen');
    schema.kit.graph.close(scene.peer('bob').audio, 'api');
    const next = message(stream);
    schema.stats.tick();

    expect(keys(await next)).toContain(added);
    expect(schema.stats.leased).toContain(added);
    expect(schema.stats.leased).not.toContain(scene.peer('bob').audio);
    expect(schema.stats.leases.size).toBe(1);
    await stream.return?.();
  });

  it('says when there is no room to sample its entities one by one', async () => {
    schema.stats.maxLeased = 1;
    const stream = await schema.subscribe(STATS, { ids: ['ann-video', 'bob-audio'] });

    expect((await message(stream)).stats!.fresh).toBe(false);
    schema.stats.maxLeased = 10;
    const next = message(stream);
    schema.stats.tick();
    expect((await next).stats!.fresh).toBe(true);
    await stream.return?.();
  });

  it.each([
    [{}, 'Give ids, or a filter'],
    [{ ids: ['nobody'] }, "no open entity 'nobody'"],
    [{ filter: { worker: 'w7' } }, "no open worker 'w7'"],
  ])('is refused for %j, and holds nothing', async (variables, text) => {
    await expect(schema.subscribe(STATS, variables)).rejects.toThrow(text);
    expect(schema.stats.leases.size).toBe(0);
  });

  it('is refused when it is to come too often', async () => {
    const query = 'subscription { stats(ids: ["w1"], everyMs: 100) { fresh } }';

    await expect(schema.subscribe(query)).rejects.toThrow('everyMs must be within 250 and 60000 ms, got 100');
  });
});

describe('a subscription to a peer', () => {
  const PEER = `subscription { peer(room: "blue", peerId: "ann") {
    peerId traffic { sendBitrate } producers { nodes { nativeId stats { bitrate lossRatio } } }
  } }`;

  it('shows its numbers live, and null while it is away', async () => {
    const { send, recv, video } = scene.peer('ann');
    schema.stats.set(video, { bitrate: 7 });
    const stream = await schema.subscribe(PEER);
    const first = await message(stream);
    const leased = schema.stats.leased.length;

    schema.kit.graph.close(send, 'api');
    schema.kit.graph.close(recv, 'api');
    const next = message(stream);
    schema.stats.tick();
    const second = await next;

    expect(first.peer).toMatchObject({ peerId: 'ann' });
    expect(first.peer!.producers!.nodes![1]).toEqual({ nativeId: 'ann-video', stats: { bitrate: 7, lossRatio: null } });
    expect(leased).toBe(6);
    expect(second.peer).toBeNull();
    expect(schema.stats.leases.size).toBe(0);
    await stream.return?.();
    expect(schema.stats.tickers).toBe(0);
  });
});

describe('a subscription to events', () => {
  const EVENTS = `subscription ($filter: EventFilter) {
    events(filter: $filter) { __typename ... on Event { type message entity { key } } ... on EventGap { dropped } }
  }`;

  it('gives those that match', async () => {
    const stream = await schema.subscribe(EVENTS, { filter: { types: ['TRANSPORT_CREATED'], room: 'blue' } });
    schema.kit.producer(scene.peer('ann').send, 'other');
    schema.kit.transport(scene.router, 'new');

    expect((await message(stream)).events).toEqual({
      __typename: 'Event',
      type: 'TRANSPORT_CREATED',
      message: 'transport new opened (webrtc)',
      entity: { key: 'router-blue/new' },
    });
    await stream.return?.();
    expect(schema.hub.subscribers).toBe(0);
  });

  it('tells a slow reader how many were lost', async () => {
    const stream = await schema.subscribe(EVENTS);
    for (let i = 0; i < 1_200; i++) schema.kit.transport(scene.router, `t${i}`);

    const { events } = await message(stream);

    expect(events!.__typename).toBe('EventGap');
    expect(events!.dropped).toBeGreaterThanOrEqual(200);
    await stream.return?.();
  });

  it('lets go when it ends before the first read', async () => {
    const stream = await schema.subscribe(EVENTS);
    await stream.return?.();

    expect(schema.hub.subscribers).toBe(0);
  });
});

describe('a subscription to alerts or the host', () => {
  it('gives news of alerts that match', async () => {
    const stream = await schema.subscribe(
      'subscription { alerts(filter: { room: "blue" }) { change alert { name message entity { key } } } }',
    );
    const alert = (room: string) => ({
      change: 'raised' as const,
      alert: sampleAlert({
        entity: { kind: 'producer', key: scene.peer('ann').video, id: 'ann-video' },
        room,
        annotations: { summary: `in ${room}`, description: '' },
      }),
    });
    const next = message(stream);
    schema.alerts.changes.publish(alert('red'));
    await Promise.resolve();
    schema.alerts.changes.publish(alert('blue'));

    expect((await next).alerts).toEqual({
      change: 'RAISED',
      alert: { name: 'producerStalled', message: 'in blue', entity: { key: 'router-blue/ann-video' } },
    });
    await stream.return?.();
    expect(schema.alerts.changes.subscribers).toBe(0);
  });

  it('gives each new reading of the host, null where it is unknown', async () => {
    const stream = await schema.subscribe(
      'subscription { host { at cpu { ratio stealRatio } interfaces { name packetsSent } } }',
    );
    const next = message(stream);
    schema.host.publish({
      at: 0,
      cpu: { ratio: 0.5, stealRatio: null },
      interfaces: [{ name: 'eth0', packetsSent: Number.NaN }],
    } as unknown as HostSample);

    expect((await next).host).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      cpu: { ratio: 0.5, stealRatio: null },
      interfaces: [{ name: 'eth0', packetsSent: null }],
    });
    await stream.return?.();
    expect(schema.host.subscribers).toBe(0);
  });
});

describe('every message of a subscription', () => {
  it('shows the moment it was made in, not the one of the first', async () => {
    const stream = await schema.subscribe(
      'subscription { stats(ids: ["w1"]) { nodes { ... on Worker { counts { producers } } } } }',
    );
    const producers = ({ stats }: Json) => stats!.nodes![0]!.counts!.producers;
    const first = producers(await message(stream));

    schema.kit.producer(scene.peer('ann').send, 'screen' as EntityKey);
    const next = message(stream);
    schema.stats.tick();

    expect(first).toBe(4);
    expect(producers(await next)).toBe(5);
    await stream.return?.();
  });
});
