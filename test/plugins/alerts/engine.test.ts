import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/index.js';
import { AlertsKit, A_ROUND } from '../../support/alerts-kit.js';

let kit: AlertsKit;
let worker: EntityKey;
let router: EntityKey;
let transport: EntityKey;
let producer: EntityKey;

beforeEach(() => {
  kit = new AlertsKit();
  worker = kit.open.worker(4711);
  router = kit.open.router(worker, 'router');
  transport = kit.open.transport(router, 't', { roomId: 'blue', peerId: 'ann' });
  producer = kit.open.producer(transport, 'p');
  kit.open.graph.reidentify();
});

const slow = (differences: Record<string, unknown> = {}) => ({
  name: 'Slow',
  scope: 'producer' as const,
  when: 'producer.bitrate < 30000 && !producer.paused',
  ...differences,
});
const start = (...rules: { name: string; scope: 'producer'; when: string }[]) => kit.start({ defaults: false, rules });
const bitrate = (value: number): void => kit.sample('producer', new Map([[producer, { bitrate: value }]]));

describe('a rule on samples', () => {
  it('raises an alert with labels, texts, the example, the verdict and the query that shows it', async () => {
    await start(
      slow({
        annotations: { summary: '{{labels.peer}} sends {{value}}, worker {{worker.pid}}' },
        labels: { team: 'media' },
      }),
    );
    kit.change('producer', producer, { score: 3 });
    bitrate(12_345);
    await kit.settle();

    expect(kit.alert('Slow')).toMatchObject({
      id: `Slow:${producer}`,
      state: 'firing',
      labels: {
        alertname: 'Slow',
        severity: 'warning',
        scope: 'producer',
        entity: producer,
        worker,
        room: 'blue',
        peer: 'ann',
        team: 'media',
      },
      annotations: { summary: 'ann sends 12.3 kbit/s, worker 4711' },
      value: 12_345,
      examples: [{ entity: { key: producer }, values: { 'producer.bitrate': 12_345, 'producer.paused': false } }],
      verdict: { side: 'publisher', reason: 'The score of what comes in is 3 of 10.' },
      query: expect.stringContaining('node(id: '),
    });
    expect(kit.news()).toEqual(['fired Slow']);
  });

  it('ends it when the condition is known not to hold, not when it is unknown', async () => {
    await start(slow());
    bitrate(1_000);
    await kit.settle();
    bitrate(Number.NaN);
    await kit.pass(60_000, 10_000);
    expect(kit.active()).toEqual(['Slow firing']);

    bitrate(50_000);
    await kit.settle();
    expect(kit.news()).toEqual(['fired Slow', 'resolved Slow recovered']);
  });

  it('ends it when its entity changes so that it does not hold, though no sample comes', async () => {
    await start(slow());
    bitrate(1_000);
    await kit.settle();
    kit.change('producer', producer, { paused: true });
    await kit.settle();

    expect(kit.active()).toEqual([]);
  });

  it('ends it with its entity', async () => {
    await start(slow({ keepFiringFor: '1h' }));
    bitrate(1_000);
    await kit.settle();
    kit.open.graph.close(transport, 'api');
    await kit.settle();

    expect(kit.news()).toEqual(['fired Slow', 'resolved Slow vanished']);
  });

  it('waits, shows that it waits, and fires on time', async () => {
    await start(slow({ for: '10s', keepFiringFor: '5s' }));
    bitrate(1_000);
    await kit.pass(9_999, 9_999);
    expect(kit.active()).toEqual(['Slow pending']);
    await kit.pass(1);
    expect(kit.active()).toEqual(['Slow firing']);
    bitrate(90_000);
    await kit.pass(4_999, 4_999);
    expect(kit.active()).toEqual(['Slow firing']);
    await kit.pass(1);

    expect(kit.news()).toEqual(['fired Slow', 'resolved Slow recovered']);
  });

  it('forgets what waited and got well, and tells nobody that it fired', async () => {
    await start(slow({ for: '10s' }));
    bitrate(1_000);
    await kit.pass(5_000);
    bitrate(90_000);
    await kit.pass(20_000, 10_000);

    expect(kit.active()).toEqual([]);
    expect(kit.news()).toEqual([]);
  });

  it('has no more alerts than it may, and counts the others', async () => {
    const many = Array.from({ length: 50 }, (_, index) => kit.open.producer(transport, `p${index}`));
    await kit.start({ defaults: false, rules: [slow()], maxAlertsPerRule: 3 });
    kit.sample('producer', new Map(many.map((key) => [key, { bitrate: 1 }])));
    await kit.settle();

    expect(kit.active()).toHaveLength(3);
    expect(kit.register.rules()).toMatchObject([{ firing: 3, suppressed: 47 }]);
  });

  it('follows the identity of its entity', async () => {
    const appData: Record<string, unknown> = {};
    const late = kit.open.producer(kit.open.transport(router, 'late', appData), 'q');
    await start(slow());
    kit.sample('producer', new Map([[late, { bitrate: 1 }]]));
    await kit.settle();
    Object.assign(appData, { roomId: 'red', peerId: 'bob' });
    kit.open.graph.reidentify();
    await kit.settle();

    expect(kit.alert('Slow')).toMatchObject({ room: 'red', labels: { room: 'red', peer: 'bob' } });
  });

  it('that throws is disabled alone, with an event', async () => {
    await kit.start({ defaults: false, rules: [slow(), slow({ name: 'Other' })] });
    const [first] = kit.register.rules();
    expect(first?.disabledBecause).toBeNull();
    let throws = 1;
    kit.stats.value = () => {
      if (throws-- > 0) throw new Error('no such column');
      return Number.NaN;
    };
    kit.change('producer', producer, { score: 1 });
    await kit.settle();
    bitrate(1_000);
    await kit.settle();

    expect(kit.events.filter(({ type }) => type === 'alert.ruleDisabled')).toMatchObject([
      { data: { rule: 'Slow', message: 'no such column' } },
    ]);
    expect(kit.active()).toEqual(['Other firing']);
    expect(kit.plugin.health()).toMatchObject({ status: 'degraded' });
  });

  it('that comes and goes is held until it has been quiet for a while', async () => {
    await kit.start({ defaults: false, rules: [slow()], flapGuard: { ends: 3, withinMs: 600_000, holdMs: 60_000 } });
    for (let round = 0; round < 10; round++) {
      bitrate(1_000);
      await kit.pass(1_000);
      bitrate(90_000);
      await kit.pass(1_000);
    }
    expect(kit.news().filter((line) => line === 'fired Slow')).toHaveLength(4);
    await kit.pass(60_000, 10_000);

    expect(kit.news().filter((line) => line.startsWith('resolved'))).toHaveLength(4);
  });
});

describe('a rule on events', () => {
  it('fires at once, and lasts as long as it says', async () => {
    await kit.start({
      defaults: false,
      rules: [{ name: 'Died', scope: 'event', when: 'event.type == "worker.died"', keepFiringFor: '10s' }],
    });
    const data = {
      pid: 4711,
      uptimeMs: 1,
      signal: 'SIGKILL',
      exitCode: null,
      message: '',
      blastRadius: { routers: 0, transports: 0, producers: 0, consumers: 0, rooms: [], peers: [] },
    };
    kit.open.graph.emit(worker, { type: 'worker.died', data });
    kit.open.graph.close(worker, 'workerDied');
    await kit.settle();

    expect(kit.alert('Died')).toMatchObject({ labels: { worker, entity: worker }, verdict: { side: 'sfu' } });
    await kit.pass(10_000);
    expect(kit.news()).toEqual(['fired Died', 'resolved Died recovered']);
  });
});

describe('a rule on the whole', () => {
  it.each([
    ['sfu', 'sfu.consumers >= 2', 'Whole:sfu'],
    ['room', 'room.starvedRatio >= 0.5', 'Whole:room/blue'],
    ['peer', 'peer.consumers == 2', 'Whole:peer/["blue","ann"]'],
    ['worker', 'worker.consumers == 2', 'Whole:w1'],
    ['router', 'router.transports == 1', 'Whole:router'],
  ] as const)('of scope %s is judged by what is counted: %s', async (scope, when, id) => {
    for (const name of ['a', 'b'])
      kit.open.consumer(transport, name, producer, { starvedSince: name === 'a' ? 1 : null });
    await kit.start({ defaults: false, rules: [{ name: 'Whole', scope, when }] });
    await kit.pass(A_ROUND);

    expect(kit.register.active().map((alert) => alert.id)).toEqual([id]);
  });

  it('names those that are worst off', async () => {
    const consumers = [5, 1, 9, 3, 2, 8, 4].map((score) =>
      kit.open.consumer(transport, `c${score}`, producer, { score }),
    );
    await kit.start({ defaults: false, rules: [{ name: 'Low', scope: 'sfu', when: 'sfu.consumerScoreP10 < 5' }] });
    await kit.pass(A_ROUND);

    expect(consumers).toHaveLength(7);
    expect(kit.alert('Low').examples.map(({ values }) => values.score)).toEqual([1, 2, 3, 4, 5]);
    expect(kit.alert('Low').verdict?.side).toBe('sfu');
  });

  it('ends with its room', async () => {
    await kit.start({ defaults: false, rules: [{ name: 'Whole', scope: 'room', when: 'room.peers == 1' }] });
    await kit.pass(A_ROUND);
    expect(kit.active()).toEqual(['Whole firing']);
    kit.open.graph.close(transport, 'api');
    await kit.settle();

    expect(kit.news()).toEqual(['fired Whole', 'resolved Whole vanished']);
  });
});

describe('rules that are replaced', () => {
  it('go on where they are the same, and end what others had raised', async () => {
    await start(slow({ keepFiringFor: '1m' }), slow({ name: 'Other' }));
    bitrate(1_000);
    await kit.settle();
    kit.register.replaceRules([
      slow({ when: '  producer.bitrate   < 30000 &&\n!producer.paused', keepFiringFor: '60s' }),
      slow({ name: 'New' }),
    ]);
    await kit.settle();

    expect(kit.news()).toEqual(['fired Slow', 'fired Other', 'resolved Other ruleChanged', 'fired New']);
    expect(kit.register.rules().map(({ name }) => name)).toEqual(['Slow', 'New']);
  });

  it('stay as they were when one of the new is wrong', async () => {
    await start(slow());
    expect(() => kit.register.replaceRules([slow({ when: 'producer.nothing < 3' })])).toThrow("no field 'nothing'");

    expect(kit.register.rules().map(({ name }) => name)).toEqual(['Slow']);
  });
});

describe('the plugin', () => {
  it('takes over from the built-in alerts, and leaves nothing behind', async () => {
    await kit.start({ defaults: false });
    kit.register.observe(kit.events.at(-1)!);
    kit.open.graph.emit(producer, { type: 'producer.stalled', data: { silentMs: 1 } });
    await kit.settle();
    expect(kit.active()).toEqual([]);

    await kit.stop();
    expect(kit.open.clock.pending).toBe(0);
    expect(kit.host.subscribers).toBe(0);
    expect(kit.register.rules()).toEqual([]);
  });
});
