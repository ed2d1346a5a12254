import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT_TYPES as CORE_TYPES } from '../../core/model/event-severity.js';
import { EVENT_TEXTS } from '../../core/model/event-texts.js';
import { EVENT_TYPES, enumNameOf } from '../../schema/types/event-types.js';
import { sampleEvents } from '../../core/testing/index.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

describe('the texts of events', () => {
  it('are there for every type, and make a sentence of every sample', () => {
    const texts = sampleEvents().map((event) =>
      (EVENT_TEXTS[event.type].message as (data: unknown) => string)(event.data),
    );

    expect([...EVENT_TYPES].sort()).toEqual([...CORE_TYPES].sort());
    for (const text of texts) expect(text).toMatch(/^(?!.*(undefined|NaN|\[object)).+$/);
  });

  it('have names that GraphQL allows, each once', () => {
    const names = EVENT_TYPES.map(enumNameOf);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('WEB_RTC_SERVER_CREATED');
    expect(names).toContain('DATA_CONSUMER_SEND_BUFFER_FILLED');
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z_]*$/);
  });
});

describe('recent events', () => {
  let schema: SchemaKit;
  let scene: RoomScene;

  beforeEach(async () => {
    schema = new SchemaKit();
    scene = await RoomScene.open(schema, 'blue', ['ann', 'bob']);
  });

  it('can be read page by page, and later from where one stopped', async () => {
    const query = `query ($after: String) {
      events(first: 10, after: $after) { nodes { seq } pageInfo { hasNextPage endCursor } truncated }
    }`;
    const seqs: unknown[] = [];
    let after: unknown = null;
    for (let more: unknown = true; more; ) {
      const { events } = await schema.ask(query, { after });
      seqs.push(...events!.nodes!.map(({ seq }) => seq));
      after = events!.pageInfo!.endCursor;
      more = events!.pageInfo!.hasNextPage;
    }
    schema.kit.transport(scene.router, 'new');
    const { events: later } = await schema.ask(query, { after });

    const upTo = seqs.length;
    expect(seqs).toEqual(Array.from({ length: upTo }, (_, i) => i + 1));
    expect(later!.nodes![0]!.seq).toBe(upTo + 1);
    expect(later!.truncated).toBe(false);
  });

  it('can be chosen by peer, entity, type and time', async () => {
    const { ann, typed, entity, recent } = await schema.ask(`{
      ann: peer(peerId: "ann") { events(first: 500) { nodes { peer } } }
      typed: events(filter: { types: [PEER_JOINED] }) { nodes { message } }
      entity: producer(id: "ann-video") { events { nodes { type entityRef { nativeId } } } }
      recent: events(filter: { lastSeconds: 60, minSeverity: ERROR }) { nodes { seq } }
    }`);

    expect(ann!.events!.nodes!.length).toBeGreaterThan(0);
    expect(new Set(ann!.events!.nodes!.map(({ peer }) => peer))).toEqual(new Set(['ann']));
    expect(typed!.nodes!.map(({ message }) => message)).toEqual(['peer ann joined', 'peer bob joined']);
    expect(entity!.events!.nodes![0]).toEqual({ type: 'PRODUCER_CREATED', entityRef: { nativeId: 'ann-video' } });
    expect(recent!.nodes).toEqual([]);
  });

  it('leaves out what is too long ago, also when nothing has happened since', async () => {
    schema.kit.clock.advance(61_000);

    const { recent, older } = await schema.ask(`{
      recent: events(filter: { lastSeconds: 60 }) { nodes { seq } }
      older: events(filter: { lastSeconds: 62 }) { nodes { seq } }
    }`);

    expect(recent!.nodes).toEqual([]);
    expect(older!.nodes!.length).toBeGreaterThan(0);
  });

  it('can be had from the newest end', async () => {
    schema.kit.transport(scene.router, 'new');

    const { events } = await schema.ask(
      '{ events(last: 2, filter: { types: [TRANSPORT_CREATED] }) { nodes { message } pageInfo { hasPreviousPage hasNextPage } } }',
    );
    const error = await schema.refusal('{ events(last: 2, first: 2) { truncated } }');

    expect(events!.nodes!.map(({ message }) => message)).toEqual([
      'transport bob-recv opened (webrtc)',
      'transport new opened (webrtc)',
    ]);
    expect(events!.pageInfo).toEqual({ hasPreviousPage: true, hasNextPage: false });
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('say when older ones may have left the memory', async () => {
    for (let i = 0; i < 10_000; i++) schema.change('producer', scene.peer('ann').video, { score: i % 10 });

    const { all, newest } = await schema.ask(`{
      all: events(first: 1) { truncated nodes { seq } }
      newest: events(first: 1, filter: { since: "2500-01-01T00:00:00Z" }) { truncated }
    }`);

    expect(all!.truncated).toBe(true);
    expect(all!.nodes![0]!.seq).toBeGreaterThan(1);
    expect(newest!.truncated).toBe(false);
  });

  it('refuse a cursor of another run', async () => {
    const after = Buffer.from(JSON.stringify(['run-0', 'events', 3])).toString('base64url');

    const error = await schema.refusal('query ($after: String) { events(after: $after) { truncated } }', { after });

    expect(error.extensions.code).toBe('STALE_CURSOR');
  });

  it('mask addresses where told so', async () => {
    const tuple = {
      protocol: 'udp',
      localAddress: '10.1.2.3',
      localPort: 1,
      remoteAddress: '10.4.5.6',
      remotePort: 2,
    } as const;
    schema.kit.graph.change(
      'transport',
      scene.peer('ann').send,
      { tuple },
      { type: 'transport.tupleChanged', data: { tuple, rtcp: false } },
    );
    const query = '{ events(filter: { types: [TRANSPORT_TUPLE_CHANGED] }) { nodes { message data } } }';

    const { events } = await schema.ask(query, {}, { exposure: { addresses: 'masked' } });

    expect(events!.nodes![0]!.message).toBe('transport ann-send media flows over UDP to 10.4.x.x:2');
    expect(JSON.stringify(events)).not.toMatch(/10\.1\.2\.3|10\.4\.5\.6/);
  });
});
