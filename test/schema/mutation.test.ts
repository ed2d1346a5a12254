import { beforeEach, describe, expect, it } from 'vitest';
import { MonitorError } from '../../core/index.js';
import { standingDemand } from '../../schema/index.js';
import { RoomScene } from '../support/room-scene.js';
import { SchemaKit } from '../support/schema-kit.js';

let schema: SchemaKit;
let scene: RoomScene;

beforeEach(async () => {
  schema = new SchemaKit();
  scene = await RoomScene.open(schema, 'blue', ['ann']);
});

describe('inspect', () => {
  const INSPECT = 'mutation ($id: ID!) { inspect(id: $id) { entity { key } dump stats } }';

  beforeEach(() => {
    schema.inspection = async () => ({
      dump: { id: 'ann-send', appData: { password: 'x' }, tuple: { localIp: '10.1.2.3' }, since: '12:30:05' },
      stats: [{ remoteIp: '2001:db8::1:2:3', jitter: Number.NaN, bytes: 12n }],
    });
  });

  it('gives what the SFU tells, without what the application attached', async () => {
    const { inspect } = await schema.ask(INSPECT, { id: 'ann-send' });

    expect(inspect).toEqual({
      entity: { key: scene.peer('ann').send },
      dump: { id: 'ann-send', tuple: { localIp: '10.1.2.3' }, since: '12:30:05' },
      stats: [{ remoteIp: '2001:db8::1:2:3', jitter: null, bytes: '12' }],
    });
  });

  it('keeps what the application attached, and masks addresses, where told so', async () => {
    const { inspect } = await schema.ask(
      INSPECT,
      { id: 'ann-send' },
      { exposure: { appData: true, addresses: 'masked' } },
    );

    expect(inspect!.dump).toEqual({
      id: 'ann-send',
      appData: { password: 'x' },
      tuple: { localIp: '10.1.x.x' },
      since: '12:30:05',
    });
    expect(inspect!.stats).toEqual([{ remoteIp: '2001:db8:x', jitter: null, bytes: '12' }]);
  });

  it('tells when it was read, though nothing has changed for long', async () => {
    const inspected = 'mutation { inspect(id: "ann-send") { moment: at } }';
    const { inspect: first } = await schema.ask(inspected);
    schema.inspection = async () => {
      schema.kit.clock.advance(4_000);
      return { dump: {}, stats: [] };
    };

    const { inspect: second } = await schema.ask(inspected);

    expect(Date.parse(String(second!.moment)) - Date.parse(String(first!.moment))).toBe(4_000);
  });

  it('says that the entity is unknown', async () => {
    const error = await schema.refusal(INSPECT, { id: 'nobody' });

    expect(error.extensions.code).toBe('NOT_FOUND');
    expect(error.message).toContain("'nobody'");
  });

  it.each([
    ['SFUSCOPE_INSPECT_TIMEOUT', 'TIMEOUT'],
    ['SFUSCOPE_ENTITY_UNKNOWN', 'NOT_FOUND'],
  ] as const)('turns %s into %s', async (from, to) => {
    schema.inspection = () => Promise.reject(new MonitorError(from, 'It failed.'));

    const error = await schema.refusal(INSPECT, { id: 'ann-send' });

    expect(error.extensions.code).toBe(to);
    expect(error.message).toContain('It failed.');
  });
});

describe('watch', () => {
  it('samples one entity for a while', async () => {
    const { watch } = await schema.ask(
      'mutation { watch(id: "ann-video", seconds: 30) { entity { nativeId } until } }',
    );

    expect(watch!.entity).toEqual({ nativeId: 'ann-video' });
    expect(schema.watched).toEqual([{ key: scene.peer('ann').video, seconds: 30 }]);
  });

  it('refuses a time out of range', async () => {
    const error = await schema.refusal('mutation { watch(id: "ann-video", seconds: 301) { until } }');

    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toContain('within 1 and 300, got 301');
  });
});

describe('debug', () => {
  it('lets detail of what meets every condition leave for a while, and that is shown', async () => {
    const { debug } = await schema.ask(
      'mutation { debug(entity: "ann-video", room: "blue", seconds: 60) { entity { nativeId } room peer until } }',
    );
    const { debugged } = await schema.ask('{ debugged { key room peer until entity { nativeId } } }');

    expect(debug).toMatchObject({ entity: { nativeId: 'ann-video' }, room: 'blue', peer: null });
    expect(debugged).toEqual([
      {
        key: scene.peer('ann').video,
        room: 'blue',
        peer: null,
        until: debug!.until,
        entity: { nativeId: 'ann-video' },
      },
    ]);
  });

  it.each([
    ['debug(seconds: 60)', 'at least one of entity, room and peer'],
    ['debug(room: "blue", seconds: 3601)', 'within 1 and 3600, got 3601'],
    ['debug(entity: "nobody")', 'nobody'],
  ])('refuses %s', async (call, why) => {
    const error = await schema.refusal(`mutation { ${call} { until } }`);

    expect(error.message).toContain(why);
  });
});

describe('the standing demand', () => {
  it('asks for every sampled kind until it is released', () => {
    const lease = standingDemand(schema.monitor);
    const [demand] = schema.stats.leases;
    lease.release();

    expect(demand).toMatchObject({
      kinds: ['worker', 'transport', 'producer', 'consumer', 'dataProducer', 'dataConsumer'],
    });
    expect(schema.stats.leases.size).toBe(0);
  });
});
