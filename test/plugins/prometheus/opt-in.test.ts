import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConsumerNode, EntityKey, GraphSnapshot, NodeOf, RoomEntry } from '../../../core/index.js';
import { sampleNode, sampleSnapshot, snapshotRows } from '../../../core/testing/index.js';
import { GRAPH, STATS } from '../../../core/tokens.js';
import { choose } from '../../../plugins/prometheus/by-id/choose.js';
import { Slices } from '../../../plugins/prometheus/collect/slices.js';
import { maskedAddress } from '../../../plugins/prometheus/compat/masked-address.js';
import { ManualClock } from '../../support/manual-clock.js';
import { nodeWith, PrometheusKit } from '../../support/prometheus-kit.js';

const TOTALS = { bytesReceived: 0, bytesSent: 0 };

/** Consumers with these scores, in order of opening. */
function consumersOf(scores: readonly (number | null)[]): ConsumerNode[] {
  return scores.map((score, slot) =>
    nodeWith('consumer', { id: `c${slot}`, key: `r/c${slot}` as EntityKey, slot, openedSeq: 100 + slot, score }),
  );
}

/** The plugin over a graph with these consumers and rooms, every sample of which is 5. */
function kitWith(
  options: object,
  consumers: readonly ConsumerNode[],
  rooms: readonly RoomEntry[] = [],
  totals = () => TOTALS,
) {
  return new PrometheusKit(options, (scope) => {
    const graph = scope.resolve(GRAPH);
    const stats = scope.resolve(STATS);
    const plain = sampleSnapshot('sample-run');
    const snapshot = Object.assign(Object.create(plain) as typeof plain, {
      all: (kind: NodeOf<'worker'>['kind']) => ((kind as string) === 'consumer' ? consumers : plain.all(kind)),
      get: (key: EntityKey) => consumers.find((node) => node.key === key) ?? plain.get(key),
      find: plain.find.bind(plain),
      count: (kind: NodeOf<'worker'>['kind']) =>
        (kind as string) === 'consumer' ? consumers.length : plain.count(kind),
      children: plain.children.bind(plain),
      within: (key: EntityKey, kind: NodeOf<'worker'>['kind']) =>
        (kind as string) === 'consumer' ? consumers : plain.within(key, kind),
      consumersOf: plain.consumersOf.bind(plain),
      peers: plain.peers.bind(plain),
      rooms: () => rooms,
      room: (name: string) => rooms.find(({ room }) => room === name),
      seq: plain.seq,
      runId: plain.runId,
    });
    scope.registerInstance(GRAPH, {
      ...graph,
      get: (key) => plain.get(key),
      snapshot: () => snapshot as never,
      rows: snapshotRows(() => snapshot as never),
    });
    scope.registerInstance(STATS, { ...stats, value: () => 5, totals: totals as never });
  });
}

/** Ids of the two that are chosen. */
async function chosenOf(nodes: readonly ConsumerNode[], by: 'worst' | 'newest'): Promise<string[]> {
  const snapshot: GraphSnapshot = {
    ...sampleSnapshot('sample-run'),
    count: () => nodes.length,
    all: (kind) => (kind === 'consumer' ? nodes : [sampleNode(kind)]) as never,
    within: () => nodes as never,
  };
  const slices = new Slices(new ManualClock(), new AbortController().signal);
  return (await choose(snapshot, 'consumer', 2, by, slices)).map(({ id }) => id);
}

function room(name: string, peers: number): RoomEntry {
  return {
    room: name,
    openedAt: 0,
    entities: [],
    peers: Array.from({ length: peers }, (_, i) => ({ room: name, peer: `p${i}`, joinedAt: 0, entities: [] })),
  };
}

describe('series of single entities', () => {
  it('are none by default', async () => {
    const kit = await kitWith({}, consumersOf([1, 2])).start();

    expect(await kit.text()).not.toContain('by_id');
  });

  it('are at most maxSeries, and those of the worst', async () => {
    const kit = await kitWith({ byId: { consumers: true, maxSeries: 16 } }, consumersOf([9, null, 1, 10, 0])).start();

    const text = await kit.text();
    expect([...text.matchAll(/^mediasoup_consumer_by_id_score\{id="(\w+)"/gm)].map(([, id]) => id)).toEqual([
      'c2',
      'c4',
    ]);
    expect(text.match(/^mediasoup_consumer_by_id_\w+\{/gm)).toHaveLength(16);
    expect(kit.plugin.counters().entitiesLeftOut).toBe(3);
  });

  it('are told by room and peer when that is asked for', async () => {
    const kit = await kitWith({ byId: { consumers: true, labels: ['room'] } }, consumersOf([9])).start();

    const { router, room } = sampleNode('consumer');
    expect(await kit.text()).toContain(
      `mediasoup_consumer_by_id_jitter_seconds{id="c0",router="${router}",worker="0",kind="video",codec="vp8",room="${room}"} 0.005000\n`,
    );
  });

  it('may be those that opened last', async () => {
    expect(await chosenOf(consumersOf([1, 9, 9]), 'newest')).toEqual(['c1', 'c2']);
  });

  it('are chosen by trouble before scores, and paused ones last', async () => {
    const nodes = consumersOf([10, 0, 5]);
    nodes[0] = { ...nodes[0]!, starvedSince: 1 };
    nodes[1] = { ...nodes[1]!, paused: true };

    expect(await chosenOf(nodes, 'worst')).toEqual(['c0', 'c2']);
  });
});

describe('series of single rooms', () => {
  it('are those of the largest, and one for all others', async () => {
    const rooms = [room('a', 1), room('b', 3), room('c', 2)];
    const kit = await kitWith({ rooms: { enabled: true, max: 1 } }, [], rooms).start();

    expect(await kit.value('sfu_room_peers{room="b"}')).toBe(3);
    expect(await kit.value('sfu_room_peers{room="__other__"}')).toBe(3);
    expect(await kit.value('sfu_room_peers{room="a"}')).toBeUndefined();
  });

  it('go with their room, while what the others moved stays', async () => {
    const rooms = [room('a', 1), room('b', 3), room('c', 1)];
    let bytesReceived = 100;
    const totals = () => ({ bytesReceived, bytesSent: 0 });
    const kit = await kitWith({ rooms: { enabled: true, max: 1 } }, [], rooms, totals).start();

    expect(await kit.value('sfu_room_bytes_total{room="b",direction="in"}')).toBe(100);
    expect(await kit.value('sfu_room_bytes_total{room="__other__",direction="in"}')).toBe(200);
    rooms.splice(0, 2);
    expect(await kit.value('sfu_room_bytes_total{room="b",direction="in"}')).toBeUndefined();
    bytesReceived = 150;
    rooms.unshift(room('d', 3));
    expect(await kit.value('sfu_room_bytes_total{room="d",direction="in"}')).toBe(150);
    expect(await kit.value('sfu_room_bytes_total{room="__other__",direction="in"}')).toBe(250);
  });
});

describe('a dry run', () => {
  it('tells the series there are, and what each option would add', async () => {
    const kit = await kitWith({}, consumersOf([1, 2, 3])).start();

    const told = (await (await kit.ask({}, '/metrics/dry-run')).json()) as {
      series: number;
      options: { option: string; enabled: boolean; series: number }[];
    };
    const text = await kit.text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    expect(Math.abs(told.series - lines)).toBeLessThan(20);
    expect(told.options.find(({ option }) => option === 'byId.consumers')).toMatchObject({ enabled: false });
  });
});

describe('compatible pages', () => {
  it('are none by default', async () => {
    const { routes } = await new PrometheusKit().start();

    expect(routes.all().map(({ path }) => path)).toEqual(['/metrics', '/metrics/dry-run']);
  });

  it('of edumeet have its names and labels, capped, with masked addresses when that is asked for', async () => {
    const compatibility = { maxEntities: 1, edumeet: { deidentify: true } };
    const kit = await kitWith({ compat: ['edumeet'], compatibility }, consumersOf([1, 2]), [room('b', 3)]).start();

    const text = await (await kit.ask({}, '/metrics/edumeet')).text();
    expect(text).toContain('edumeet_rooms 1\n');
    expect(text).toContain('edumeet_peers{room_id="b"} 3\n');
    expect(text.match(/^mediasoup_consumer_score\{/gm)).toHaveLength(1);
    expect(text).toMatch(
      /^mediasoup_producer_byte_count_bytes\{pid="4242",room_id="room-1",peer_id="peer-1",.*proto="udp",local_addr="[\d.]+\.xxx\.xxx:\d+",.*codec="VP8",type="inbound-rtp"/m,
    );
  });

  it('of edumeet leave out what tells of people when they are to be quiet', async () => {
    const kit = await kitWith({ compat: ['edumeet'], compatibility: { edumeet: { quiet: true } } }, []).start();

    expect(await (await kit.ask({}, '/metrics/edumeet')).text()).not.toMatch(/display_name|user_agent|addr/);
  });

  it('of edumeet are made anew after its period', async () => {
    const rooms = [room('a', 1)];
    const kit = await kitWith({ compat: ['edumeet'], compatibility: { edumeet: { period: 2 } } }, [], rooms).start();
    const text = async (): Promise<string> => await (await kit.ask({}, '/metrics/edumeet')).text();

    expect(await text()).toContain('edumeet_rooms 1\n');
    rooms.push(room('b', 1));
    kit.clock.advance(1_999);
    expect(await text()).toContain('edumeet_rooms 1\n');
    kit.clock.advance(1);
    expect(await text()).toContain('edumeet_rooms 2\n');
  });

  it('of edumeet stand at / of the own port, behind its secret', async () => {
    const kit = await kitWith({ compat: ['edumeet'], port: 0, token: 'a-secret-of-edumeet' }, []).start();
    onTestFinished(() => kit.plugin.stop());
    const line = kit.logger.lines.find(({ message }) => message === 'metrics are served');
    const root = new URL('/', String(line?.fields.url));

    expect((await fetch(root)).status).toBe(401);
    const answer = await fetch(root, { headers: { authorization: 'Bearer a-secret-of-edumeet' } });
    expect(await answer.text()).toContain('# TYPE edumeet_peers gauge\n');
  });

  it('of mediasoup-exporter have its names, and its JSON', async () => {
    const kit = await kitWith({ compat: ['mediasoup-exporter'] }, consumersOf([1])).start();

    const text = await (await kit.ask({}, '/metrics/mediasoup-exporter')).text();
    expect(text).toContain('mediasoup_workers_active_num 1\n');
    expect(text).toContain(
      'mediasoup_consumers_byte_count{kind="video",mimeType="video/VP8",type="outbound-rtp",consumerId="c0"} 5\n',
    );
    expect(text).toContain('mediasoup_producers_jitter{');
    const [producer] = await (await kit.ask({}, '/producers')).json();
    // mediasoup tells 5 ms as ticks of 90 kHz.
    expect(producer).toMatchObject({ type: 'inbound-rtp', jitter: 450 });
    for (const path of ['/workers', '/routers', '/producers', '/consumers', '/usage']) {
      expect(await (await kit.ask({}, path)).json()).toBeInstanceOf(Array);
    }
  });

  it.each([
    ['203.0.113.7', '203.0.xxx.xxx'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::xxxx'],
    ['::ffff:203.0.113.7', '::ffff:203.0.xxx.xxx'],
    ['', ''],
  ])('mask %j as %j', (address, masked) => {
    expect(maskedAddress(address)).toBe(masked);
  });
});
