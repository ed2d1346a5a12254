import { beforeEach, describe, expect, it } from 'vitest';
import { turn } from '../support/graph-kit.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann', 'bob', 'cyd']);
});

describe('a query', () => {
  it('walks the graph across every kind of edge', async () => {
    const { room } = await schema.ask(`{
      room(name: "blue") {
        name
        peers { nodes { peerId producers { nodes {
          nativeId mediaKind transport { nativeId } consumers { nodes { peer { peerId } producer { nativeId } } }
        } } } }
      }
    }`);

    const ann = room!.peers!.nodes![0]!;
    expect(ann.peerId).toBe('ann');
    expect(ann.producers!.nodes).toHaveLength(2);
    expect(ann.producers!.nodes![1]).toEqual({
      nativeId: 'ann-video',
      mediaKind: 'VIDEO',
      transport: { nativeId: 'ann-send' },
      consumers: {
        nodes: [
          { peer: { peerId: 'bob' }, producer: { nativeId: 'ann-video' } },
          { peer: { peerId: 'cyd' }, producer: { nativeId: 'ann-video' } },
        ],
      },
    });
  });

  it('shows one moment, even if entities close while it is answered', async () => {
    schema.inspection = async () => {
      schema.kit.graph.close(scene.router, 'api');
      return { dump: null, stats: null };
    };

    const answer = await schema.ask(
      'mutation ($id: ID!) { inspect(id: $id) { entity { router { transports { totalCount } } ancestors { kind } } } }',
      { id: scene.peer('ann').send },
    );

    expect(schema.kit.graph.snapshot().count('router')).toBe(0);
    expect(answer.inspect!.entity).toEqual({
      router: { transports: { totalCount: 6 } },
      ancestors: [{ kind: 'WORKER' }, { kind: 'ROUTER' }],
    });
  });

  it('says null of what is unknown, never 0', async () => {
    const { send, recv } = scene.peer('ann');
    schema.stats.set(send, { bytesReceived: 12, recvBitrate: Number.NaN });

    const { a, b } = await schema.ask(
      `query ($a: ID!, $b: ID!) {
        a: transport(id: $a) { stats { sampledAt bytesReceived recvBitrate sendBitrate } traffic { packetsSent bytesSent } }
        b: transport(id: $b) { stats { bytesReceived } }
      }`,
      { a: send, b: recv },
    );

    expect(a).toEqual({
      stats: { sampledAt: '1970-01-01T00:00:01.000Z', bytesReceived: 12, recvBitrate: null, sendBitrate: null },
      traffic: { packetsSent: null, bytesSent: 0 },
    });
    expect(b!.stats).toBeNull();
  });

  it('shows what every entity has in common', async () => {
    const { video } = scene.peer('bob');

    const { producer } = await schema.ask(
      `query ($id: ID!) { producer(id: $id) {
        kind key nativeId foundLate ageMs parent { kind } worker { pid } router { nativeId } room { name } peer { peerId }
        ancestors { nativeId } alerts { name } labels { name } events { nodes { type } }
      } }`,
      { id: video },
    );

    expect(producer).toMatchObject({
      kind: 'PRODUCER',
      key: 'router-blue/bob-video',
      nativeId: 'bob-video',
      foundLate: false,
      parent: { kind: 'TRANSPORT' },
      worker: { pid: 100 },
      router: { nativeId: 'router-blue' },
      room: { name: 'blue' },
      peer: { peerId: 'bob' },
      ancestors: [{ nativeId: '100' }, { nativeId: 'router-blue' }, { nativeId: 'bob-send' }],
      alerts: [],
      labels: [],
    });
    expect(producer!.events!.nodes).toContainEqual({ type: 'PRODUCER_CREATED' });
  });

  it('ages while nothing opens or closes', async () => {
    const ages = '{ sfu { uptimeMs } producer(id: "bob-video") { ageMs } }';
    await schema.ask(ages);
    schema.kit.clock.advance(90_000);

    const { sfu, producer } = await schema.ask(ages);

    expect(sfu).toEqual({ uptimeMs: 90_000 });
    expect(producer).toEqual({ ageMs: 90_000 });
  });

  it('has a type of its own for every kind of transport and observer', async () => {
    for (const type of ['plain', 'pipe', 'direct'] as const) {
      schema.kit.transport(scene.router, type, {}, { type, iceState: null, dtlsState: null });
    }
    schema.kit.observer(scene.router, 'observer', [scene.peer('ann').audio]);

    const { transports, rtpObservers } = await schema.ask(`{
      transports(filter: { types: [PLAIN, PIPE, DIRECT] }) { nodes { __typename type connected iceState } }
      rtpObservers { nodes { __typename producers { nativeId } ... on ActiveSpeakerObserver { dominantSpeaker { nativeId } } } }
    }`);

    expect(transports!.nodes).toEqual([
      { __typename: 'PlainTransport', type: 'PLAIN', connected: false, iceState: null },
      { __typename: 'PipeTransport', type: 'PIPE', connected: false, iceState: null },
      { __typename: 'DirectTransport', type: 'DIRECT', connected: true, iceState: null },
    ]);
    expect(rtpObservers!.nodes).toEqual([
      {
        __typename: 'ActiveSpeakerObserver',
        producers: [{ nativeId: 'ann-audio' }],
        dominantSpeaker: { nativeId: 'ann-audio' },
      },
    ]);
  });

  it('shows data producers, who receives them, and WebRTC servers', async () => {
    const { kit } = schema;
    const data = kit.dataProducer(scene.peer('ann').send, 'chat');
    kit.dataConsumer(scene.peer('bob').recv, 'chat-bob', data);
    const server = kit.webRtcServer(scene.worker, 'server');
    kit.transport(scene.router, 'listening', {}, { webRtcServer: server });

    const { dataProducers, webRtcServers, counts } = await schema.ask(`{
      dataProducers { nodes { label dataConsumers { nodes { nativeId peer { peerId } } } } }
      webRtcServers { nodes { nativeId transports { nodes { nativeId ... on WebRtcTransport { webRtcServer { nativeId } } } } } }
      counts: sfu { counts { dataProducers dataConsumers webRtcServers } }
    }`);

    expect(dataProducers!.nodes).toEqual([
      { label: 'chat', dataConsumers: { nodes: [{ nativeId: 'chat-bob', peer: { peerId: 'bob' } }] } },
    ]);
    expect(webRtcServers!.nodes).toEqual([
      {
        nativeId: 'server',
        transports: { nodes: [{ nativeId: 'listening', webRtcServer: { nativeId: 'server' } }] },
      },
    ]);
    expect(counts!.counts).toEqual({ dataProducers: 1, dataConsumers: 1, webRtcServers: 1 });
  });

  it('tells of the monitor itself', async () => {
    schema.status = {
      state: 'stopping',
      dropped: { events: 3 },
      lanes: [{ worker: scene.worker, inFlight: 1, ticks: 2, ticksSkipped: 3, hung: true, lastTickMs: null }],
    };

    const { monitor } = await schema.ask(
      '{ monitor { healthy problems state dropped { place items } lanes { worker { pid } lastTickMs } } }',
    );

    expect(monitor).toEqual({
      healthy: false,
      problems: ['It is not running: stopping.', '1 worker does not answer: w1.'],
      state: 'STOPPING',
      dropped: [{ place: 'events', items: 3 }],
      lanes: [{ worker: { pid: 100 }, lastTickMs: null }],
    });
  });

  it('shows pipes and what flows through them', async () => {
    const { kit } = schema;
    const other = kit.router(kit.worker(200), 'router-2', { roomId: 'blue' });
    const local = { protocol: 'udp', localAddress: '127.0.0.1', remoteAddress: '127.0.0.1' } as const;
    const a = kit.pipe(scene.router, 'pipe-a', { ...local, localPort: 1, remotePort: 2 });
    const b = kit.pipe(other, 'pipe-b', { ...local, localPort: 2, remotePort: 1 });
    kit.consumer(a, 'piped', scene.peer('ann').video, { type: 'pipe' });
    kit.producer(b, 'ann-video');
    await turn();

    const { pipes } = await schema.ask(`{
      pipes(filter: { room: "blue", betweenWorkers: true }) {
        totalCount
        nodes {
          betweenWorkers routerA { nativeId } routerB { nativeId } a { pipePeer { nativeId } }
          media { direction origin { key } producer { key } }
        }
      }
    }`);

    expect(pipes).toEqual({
      totalCount: 1,
      nodes: [
        {
          betweenWorkers: true,
          routerA: { nativeId: 'router-blue' },
          routerB: { nativeId: 'router-2' },
          a: { pipePeer: { nativeId: 'pipe-b' } },
          media: [
            {
              direction: 'A_TO_B',
              origin: { key: 'router-blue/ann-video' },
              producer: { key: 'router-2/ann-video' },
            },
          ],
        },
      ],
    });
  });
});

describe('addresses', () => {
  const query = '{ transports(filter: { text: "tcp" }) { nodes { tuple { localAddress remoteAddress } } } }';

  beforeEach(() => {
    const tuple = {
      protocol: 'tcp',
      localAddress: '10.1.2.3',
      localPort: 1,
      remoteAddress: '2001:db8:0:1::7',
      remotePort: 2,
    };
    schema.kit.transport(scene.router, 'tcp', {}, { tuple: { ...tuple, protocol: 'tcp' } });
  });

  it('are shown whole by default', async () => {
    const { transports } = await schema.ask(query);

    expect(transports!.nodes![0]!.tuple).toEqual({ localAddress: '10.1.2.3', remoteAddress: '2001:db8:0:1::7' });
  });

  it('lose their last half where they are to be masked', async () => {
    const { transports } = await schema.ask(query, {}, { exposure: { addresses: 'masked' } });

    expect(transports!.nodes![0]!.tuple).toEqual({ localAddress: '10.1.x.x', remoteAddress: '2001:db8:x' });
  });
});

describe('looking something up', () => {
  const query =
    'query ($id: ID!) { node(id: $id) { __typename id ... on Entity { key } ... on Peer { peerId } ... on Room { name } } }';

  it('works by the id of an entity, a room and a peer', async () => {
    const { producer, room, peer } = await schema.ask(
      'query ($id: ID!) { producer(id: $id) { id } room(name: "blue") { id } peer(peerId: "ann") { id } }',
      { id: scene.peer('ann').video },
    );

    expect((await schema.ask(query, { id: producer!.id })).node).toMatchObject({ key: 'router-blue/ann-video' });
    expect((await schema.ask(query, { id: room!.id })).node).toMatchObject({ __typename: 'Room', name: 'blue' });
    expect((await schema.ask(query, { id: peer!.id })).node).toMatchObject({ __typename: 'Peer', peerId: 'ann' });
  });

  it('gives several at once, null for those that have closed', async () => {
    const { video, audio } = scene.peer('ann');
    const ids = await schema.ask('query ($a: ID!, $b: ID!) { a: producer(id: $a) { id } b: producer(id: $b) { id } }', {
      a: video,
      b: audio,
    });
    schema.kit.graph.close(video, 'api');

    const { nodes } = await schema.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Entity { nativeId } } }', {
      ids: [ids.a!.id, ids.b!.id],
    });

    expect(nodes).toEqual([null, { nativeId: 'ann-audio' }]);
  });

  it.each(['router-blue/ann-video', 'ann-video'])('also takes a key or the native id: %s', async (id) => {
    const { producer } = await schema.ask('query ($id: ID!) { producer(id: $id) { key } }', { id });

    expect(producer!.key).toBe('router-blue/ann-video');
  });

  it('tells an entity that has closed from an id that names none', async () => {
    const { video, audio } = scene.peer('ann');
    const byId = 'query ($id: ID!) { producer(id: $id) { id } }';
    const { producer } = await schema.ask(byId, { id: video });
    schema.kit.graph.close(video, 'api');

    expect(await schema.ask(byId, { id: producer!.id })).toEqual({ producer: null });
    const mistyped = await schema.refusal(byId, { id: 'ann-vidoe' });
    expect(mistyped.extensions.code).toBe('NOT_FOUND');
    expect(mistyped.message).toContain("no open producer 'ann-vidoe'");
    const { producer: other } = await schema.ask(byId, { id: audio });
    const wrong = await schema.refusal('query ($id: ID!) { consumer(id: $id) { id } }', { id: other!.id });
    expect(wrong.extensions.code).toBe('BAD_USER_INPUT');
    expect(wrong.message).toContain('is that of a producer, not of a consumer');
  });

  it('refuses an id of another run, and says so', async () => {
    const id = Buffer.from(JSON.stringify(['run-0', 'producer', 'router-blue/ann-video'])).toString('base64url');

    const error = await schema.refusal(query, { id });

    expect(error.extensions.code).toBe('STALE_CURSOR');
    expect(error.message).toContain('belongs to run run-0; this is run run-1');
  });

  it('refuses what is no id', async () => {
    expect((await schema.refusal(query, { id: 'nonsense' })).extensions.code).toBe('BAD_USER_INPUT');
  });

  it('asks for the room where two have a peer of the same id', async () => {
    await RoomScene.open(schema, 'red', ['ann']);

    const error = await schema.refusal('{ peer(peerId: "ann") { peerId } }');
    const { peer } = await schema.ask('{ peer(room: "red", peerId: "ann") { room { name } } }');

    expect(error.message).toContain("'blue', 'red'");
    expect(peer!.room!.name).toBe('red');
  });

  it('finds by text, exact ids first', async () => {
    const { search } = await schema.ask('{ search(text: "ANN-video") { __typename ... on Entity { nativeId } } }');
    const { peers } = await schema.ask(
      '{ peers: search(text: "ann", first: 2) { __typename ... on Peer { peerId } } }',
    );

    expect(search).toEqual([{ __typename: 'Producer', nativeId: 'ann-video' }]);
    expect(peers![0]).toEqual({ __typename: 'Peer', peerId: 'ann' });
    expect(peers).toHaveLength(2);
  });
});
