import { beforeEach, describe, expect, it } from 'vitest';
import { EXECUTIONS } from '../support/both-executions.js';
import { RoomScene } from '../support/room-scene.js';
import { type Json, SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd']);
});

async function ids(list: string): Promise<unknown[]> {
  const { page } = await schema.ask(`{ page: ${list} { nodes { nativeId } } }`);
  return page!.nodes!.map(({ nativeId }) => nativeId);
}

describe('a filter', () => {
  it('chooses producers', async () => {
    const { ann, bob } = { ann: scene.peer('ann'), bob: scene.peer('bob') };
    schema.change('producer', ann.video, { paused: true });
    schema.change('producer', bob.video, { score: 4, stalledSince: 1 });
    await RoomScene.open(schema, 'lonely', ['zoe']);

    expect(await ids('producers(filter: { paused: true })')).toEqual(['ann-video']);
    expect(await ids('producers(filter: { scoreBelow: 5 })')).toEqual(['bob-video']);
    expect(await ids('producers(filter: { stalled: true })')).toEqual(['bob-video']);
    expect(await ids('producers(filter: { mediaKind: AUDIO, peer: "cyd" })')).toEqual(['cyd-audio']);
    expect(await ids('producers(filter: { unconsumed: true })')).toEqual(['zoe-audio', 'zoe-video']);
    expect(await ids('producers(filter: { types: [SIMULCAST], room: "lonely" })')).toEqual(['zoe-video']);
    expect(await ids('producers(filter: { text: "OPUS", worker: "w2" })')).toEqual(['zoe-audio']);
  });

  it('chooses consumers', async () => {
    const dark = scene.consumer('ann', 'bob');
    schema.change('consumer', dark, { currentLayers: null, starvedSince: 1, score: 3 });
    schema.change('consumer', scene.consumer('cyd', 'ann'), { paused: true });
    const [id] = await ids('consumers(filter: { withoutLayers: true })');

    expect(dark).toBe(`router-blue/${String(id)}`);
    expect(await ids('consumers(filter: { starved: true })')).toEqual([id]);
    expect(await ids('consumers(filter: { scoreBelow: 7 })')).toEqual([id]);
    expect(await ids('consumers(filter: { paused: true })')).toHaveLength(1);
    expect(await ids('consumers(filter: { producer: "bob-video" })')).toHaveLength(2);
    expect(await ids('consumers(filter: { router: "router-blue" })')).toHaveLength(12);
  });

  it('chooses transports', async () => {
    const { send, recv } = scene.peer('ann');
    const tuple = { localAddress: '127.0.0.1', localPort: 1, remoteAddress: '127.0.0.1', remotePort: 2 };
    schema.change('transport', send, { tuple: { ...tuple, protocol: 'tcp' } });
    schema.change('transport', recv, { iceState: 'disconnected', neverConnectedSince: 1 });
    schema.change('transport', scene.peer('bob').send, { idleSince: 1 });

    expect(await ids('transports(filter: { protocol: TCP })')).toEqual(['ann-send']);
    expect(await ids('transports(filter: { iceStates: [DISCONNECTED] })')).toEqual(['ann-recv']);
    expect(await ids('transports(filter: { neverConnected: true })')).toEqual(['ann-recv']);
    expect(await ids('transports(filter: { connected: false })')).toEqual(['ann-recv']);
    expect(await ids('transports(filter: { idle: true })')).toEqual(['bob-send']);
    expect(await ids('transports(filter: { troubled: true })')).toEqual(['ann-send', 'ann-recv', 'bob-send']);
  });

  it('chooses routers that are empty, workers that hang, rooms and peers', async () => {
    schema.kit.router(scene.worker, 'leaked');
    schema.change('worker', scene.worker, { hungSince: 1 });

    expect(await ids('routers(filter: { empty: true })')).toEqual(['leaked']);
    expect(await ids('workers(filter: { hung: true })')).toEqual(['100']);
    const { rooms, peers } = await schema.ask(`{
      rooms(filter: { text: "BLU", minPeers: 3 }) { totalCount }
      peers(filter: { room: "blue", text: "an" }) { nodes { peerId } }
    }`);
    expect(rooms!.totalCount).toBe(1);
    expect(peers!.nodes).toEqual([{ peerId: 'ann' }]);
  });

  it('refuses an entity that is not open', async () => {
    const error = await schema.refusal('{ producers(filter: { worker: "w9" }) { totalCount } }');

    expect(error.extensions.code).toBe('NOT_FOUND');
    expect(error.message).toContain("no open worker 'w9'");
  });
});

describe('an order', () => {
  it('puts the worst first, and what is unknown last', async () => {
    schema.stats.set(scene.consumer('ann', 'bob'), { lossRatio: 0.2, roundTripTime: 20 });
    schema.stats.set(scene.consumer('bob', 'ann'), { lossRatio: 0.1, roundTripTime: 200 });
    schema.stats.set(scene.consumer('cyd', 'ann'), { fractionLost: 0.5 });
    const query = (field: string) =>
      `{ consumers(first: 4, orderBy: { field: ${field} }) { nodes { peer { peerId } stats { lossRatio } } } }`;
    const viewers = ({ consumers }: Json) => consumers!.nodes!.map(({ peer }) => peer!.peerId);

    expect(viewers(await schema.ask(query('LOSS'))).slice(0, 3)).toEqual(['cyd', 'ann', 'bob']);
    expect(viewers(await schema.ask(query('RTT'))).slice(0, 2)).toEqual(['bob', 'ann']);
  });

  it('sorts in the direction asked for', async () => {
    schema.change('producer', scene.peer('cyd').video, { score: 2 });

    expect((await ids('producers(orderBy: { field: SCORE })'))[0]).toBe('cyd-video');
    expect((await ids('producers(orderBy: { field: SCORE, direction: DESC })')).at(-1)).toBe('cyd-video');
    expect((await ids('producers(orderBy: { field: OPENED_AT, direction: DESC })'))[0]).toBe('cyd-video');
  });

  it('sorts rooms and workers by what goes on in them', async () => {
    const red = await RoomScene.open(schema, 'red', ['ann']);
    schema.stats.setTotals({ scope: 'room', room: 'red' }, { sendBitrate: 9 });
    schema.stats.set(red.worker, { cpuRatio: 0.7 });
    schema.stats.set(scene.worker, { cpuRatio: 0.9 });

    const { rooms, byPeers } = await schema.ask(`{
      rooms(orderBy: { field: SEND_BITRATE }) { nodes { name } }
      byPeers: rooms(orderBy: { field: PEERS }) { nodes { name } }
    }`);

    expect(rooms!.nodes).toEqual([{ name: 'red' }, { name: 'blue' }]);
    expect(byPeers!.nodes).toEqual([{ name: 'blue' }, { name: 'red' }]);
    expect(await ids('workers(orderBy: { field: CPU })')).toEqual(['100', '101']);
    expect(await ids('workers(orderBy: { field: CONSUMERS, direction: ASC })')).toEqual(['101', '100']);
  });
});

describe('a connection', () => {
  it('can be walked by its cursors', async () => {
    const query = `query ($after: String) {
      consumers(first: 5, after: $after, orderBy: { field: SCORE }) { totalCount edges { cursor node { key } } pageInfo { endCursor hasNextPage } }
    }`;
    const seen = new Set<unknown>();
    let after: unknown = null;
    do {
      const { consumers } = await schema.ask(query, { after });
      expect(consumers!.totalCount).toBe(12);
      expect(consumers!.edges!.at(-1)!.cursor).toBe(consumers!.pageInfo!.endCursor);
      for (const { node } of consumers!.edges!) seen.add(node!.key);
      after = consumers!.pageInfo!.hasNextPage ? consumers!.pageInfo!.endCursor : null;
    } while (after !== null);

    expect(seen.size).toBe(12);
  });

  it('reads each number of a page once, and sorts by one more of each entity', async () => {
    const { consumers } = await schema.ask(
      '{ consumers(first: 500, orderBy: { field: BITRATE }) { nodes { key stats { bitrate packetCount } } } }',
    );

    expect(consumers!.nodes).toHaveLength(12);
    expect(schema.stats.reads).toBe(12 * EXECUTIONS);
  });
});
