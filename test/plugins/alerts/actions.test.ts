import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { alertsOptions } from '../../../plugins/alerts/options.js';
import { ACTION_KINDS, type OnAlert } from '../../../plugins/alerts/actions/options.js';
import { ActionsKit } from '../../support/actions-kit.js';
import { optionsTable, unpadded } from '../../support/options-table.js';
import { ReceiverServer } from '../../support/webhook/receiver-server.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

type Given = Parameters<typeof alertsOptions.parse>[0];
type ActionInput = Readonly<Record<string, unknown>>;

const kits: ActionsKit[] = [];

function begun(action: ActionInput, others: ActionInput = {}): ActionsKit {
  const one = { name: 'heal', rules: ['WorkerHung'], ...action };
  const kit = new ActionsKit({ actions: [one], ...others } as Given);
  kits.push(kit);
  return kit;
}

const calling = (onAlert: OnAlert, action: ActionInput = {}, others: ActionInput = {}): ActionsKit =>
  begun({ do: { kind: 'call', timeoutMs: 5_000 }, ...action }, { onAlert, ...others });

afterEach(async () => {
  await Promise.all(kits.splice(0).map((kit) => kit.actions.stop()));
});

describe('an action of kind call', () => {
  it('calls the function of the application when an alert of its rules fires, and records it', async () => {
    const calls: unknown[] = [];
    const kit = calling(({ action, on, alert }) => {
      calls.push([action, on, alert.id, alert.state]);
      return 'moved 3 rooms';
    });

    kit.fire('WorkerHung:w1');
    kit.fire('Other:w1', { name: 'ProducerStalled' });

    expect(await kit.recorded(1)).toEqual([
      {
        action: 'heal',
        rule: 'WorkerHung',
        alert: 'WorkerHung:w1',
        dryRun: false,
        outcome: 'done',
        detail: 'onAlert: moved 3 rooms',
      },
    ]);
    expect(calls).toEqual([['heal', 'firing', 'WorkerHung:w1', 'firing']]);
  });

  it('is called at the end of an alert where it is bound to that, but not for one that never fired', async () => {
    const kit = calling(() => undefined, { on: 'resolved', rules: ['*'] });

    kit.fire('WorkerHung:w1');
    kit.end('WorkerHung:w1');
    kit.raiser.put({ ...kit.sample('WorkerHung:w2'), state: 'pending', firingSince: null });
    kit.end('WorkerHung:w2');
    await kit.recorded(1);

    expect(kit.told).toEqual(['heal WorkerHung:w1 done']);
  });

  it.each<[string, OnAlert, string]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    ['rejects', () => Promise.reject(new Error('later')), 'later'],
    ['never returns', () => new Promise(() => undefined), 'not done within 5 s'],
    [
      'throws what is no error',
      () => {
        throw null;
      },
      'null',
    ],
  ])('harms nothing when it %s, and records that it failed', async (_how, onAlert, detail) => {
    const kit = calling(onAlert);

    kit.fire('WorkerHung:w1');
    const [record] = await kit.recorded(1);

    expect(record).toMatchObject({ outcome: 'failed', detail });
    kit.fire('WorkerHung:w2');
    await kit.recorded(2);
  });

  it('does not pile up when every call hangs', async () => {
    let calls = 0;
    const kit = calling(() => new Promise(() => calls++), { rateLimit: { count: 100, perMs: 1_000 } });

    for (let i = 0; i < 30; i++) kit.fire(`WorkerHung:w${i}`);
    await kit.turn();

    expect(calls).toBe(10);
    expect(kit.records.filter(({ outcome }) => outcome === 'withheld')).toHaveLength(20);
  });

  it('is given up when the monitor stops', async () => {
    const kit = calling(
      (_call, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('given up')))),
    );
    kit.fire('WorkerHung:w1');
    await kit.turn();

    await kit.actions.stop();

    expect(kit.records).toMatchObject([{ outcome: 'failed' }]);
    expect(kit.graph.clock.pending).toBe(0);
    kit.fire('WorkerHung:w2');
    await kit.turn();
    expect(kit.records).toHaveLength(1);
  });
});

describe('what keeps actions back', () => {
  it('is the rate limit: an outage of 10,000 alerts takes no more actions than it allows, and each alert is recorded', async () => {
    let calls = 0;
    const kit = calling(() => void calls++, { rateLimit: { count: 3, perMs: 60_000 } });

    for (let i = 0; i < 10_000; i++) kit.fire(`WorkerHung:w${i}`);
    await kit.recorded(10_000);

    expect(calls).toBe(3);
    expect(kit.records.filter(({ outcome }) => outcome === 'withheld')).toHaveLength(9_997);
    expect(kit.records[5]?.detail).toBe('it was taken 3 times in the last 60 s, which is the limit');
    expect(kit.actions.counters()).toEqual({ actionsDone: 3, actionsFailed: 0, actionsWithheld: 9_997 });

    await kit.turn(60_000);
    kit.end('WorkerHung:w9');
    kit.fire('WorkerHung:w9');
    await kit.recorded(10_001);
    expect(calls).toBe(4);
  });

  it('is the cool-down of the same alert, not of others', async () => {
    const kit = calling(() => undefined, { coolDownMs: 60_000 });
    const again = async (id: string, count: number): Promise<void> => {
      kit.fire(id);
      await kit.recorded(count);
      kit.end(id);
    };

    await again('WorkerHung:w1', 1);
    await again('WorkerHung:w1', 2);
    await again('WorkerHung:w2', 3);
    await kit.turn(60_000);
    await again('WorkerHung:w1', 4);

    expect(kit.told).toEqual([
      'heal WorkerHung:w1 done',
      'heal WorkerHung:w1 withheld',
      'heal WorkerHung:w2 done',
      'heal WorkerHung:w1 done',
    ]);
    expect(kit.records[1]?.detail).toContain('the cool-down is 60 s');
  });

  it('is a silence, another alert that explains this one, and an alert that was over at once', async () => {
    const kit = calling(() => undefined);
    kit.register.silence({ name: 'WorkerHung', labels: [{ label: 'team', operator: '=', value: 'a' }] }, 60, 'eve', '');

    kit.fire('WorkerHung:w1', { labels: { team: 'a' } });
    kit.fire('WorkerHung:w2');
    kit.register.inhibit('WorkerHung:w2', 'WorkerDied:w2');
    kit.fire('WorkerHung:w3');
    kit.end('WorkerHung:w3');
    await kit.recorded(3);

    expect(kit.records.map(({ outcome, detail }) => `${outcome}: ${detail}`)).toEqual([
      expect.stringMatching(/^withheld: the alert is silenced until 20/),
      'withheld: the alert WorkerDied:w2 explains this one',
      'withheld: the alert was over already',
    ]);
  });

  it('is too low a severity, which is not worth a record', async () => {
    const kit = calling(() => undefined, { minSeverity: 'critical' });

    kit.fire('WorkerHung:w1', { severity: 'warning' });
    kit.fire('WorkerHung:w2', { severity: 'critical' });
    await kit.recorded(1);

    expect(kit.told).toEqual(['heal WorkerHung:w2 done']);
  });

  it.each([
    ['of the action', { dryRun: true }, {}],
    ['of all actions', {}, { dryRun: true }],
  ])('is a dry run %s, which records what would have been done', async (_which, action, others) => {
    let calls = 0;
    const kit = calling(() => calls++, action, others);

    kit.fire('WorkerHung:w1');
    await kit.recorded(1);

    expect(calls).toBe(0);
    expect(kit.records).toMatchObject([{ dryRun: true, outcome: 'done', detail: 'would call onAlert' }]);
  });
});

describe('an action of kind webhook', () => {
  const order = (url: string, others: ActionInput = {}): ActionInput => ({
    do: { kind: 'webhook', url, action: 'restart', secrets: [SECRET], retryMs: 10, timeoutMs: 30_000, ...others },
  });

  it('orders in a way that the package of Standard Webhooks accepts', async () => {
    await using receiver = await ReceiverServer.start();
    const kit = begun(order(`${receiver.url}/secret-path`));
    kit.graph.clock.jumpWallTime(Date.now() - kit.graph.clock.now());

    kit.fire('WorkerHung:w1', { value: 2 });
    const [record] = await kit.recorded(1);

    const [{ body, headers }] = receiver.received as [(typeof receiver.received)[0]];
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'sfuscope.action.restart',
      data: {
        action: 'restart',
        on: 'firing',
        alert: { id: 'WorkerHung:w1', name: 'WorkerHung', state: 'firing', severity: 'critical', value: 2 },
      },
    });
    expect(record).toMatchObject({
      outcome: 'done',
      detail: `${receiver.url} took the order 'restart' with HTTP 200, attempt 1`,
    });
  });

  it('tries again with the same id, a bounded number of times', async () => {
    await using receiver = await ReceiverServer.start(() => ({ status: 503 }));
    const kit = begun(order(receiver.url, { attempts: 3 }));

    kit.fire('WorkerHung:w1');
    const [record] = await kit.recorded(1);

    expect(record?.detail).toContain('HTTP 503, attempt 3 of 3');
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('does not try again what was refused for good, and shows no path of an address', async () => {
    await using receiver = await ReceiverServer.start(() => ({ status: 422, body: 'unknown action' }));
    const kit = begun(order(`${receiver.url}/t0ken?key=s3cret`));

    kit.fire('WorkerHung:w1');
    const [record] = await kit.recorded(1);

    expect(receiver.received).toHaveLength(1);
    expect(record).toMatchObject({ outcome: 'failed' });
    expect(record?.detail).toContain('422 (unknown action)');
    expect(record?.detail).not.toMatch(/t0ken|s3cret/);
  });
});

describe('an action of kind drain', () => {
  it('drains the node, and takes that back when the last of its alerts is over', async () => {
    const kit = begun({ do: { kind: 'drain', reason: 'worker trouble' } });

    kit.fire('WorkerHung:w1');
    await kit.recorded(1);
    kit.fire('WorkerHung:w2');
    await kit.recorded(2);
    expect(kit.drain.current?.reason).toBe('worker trouble');

    kit.end('WorkerHung:w1');
    await kit.turn();
    expect(kit.drain.current).not.toBeNull();
    kit.end('WorkerHung:w2');
    await kit.recorded(3);

    expect(kit.drain.current).toBeNull();
    expect(kit.records.map(({ outcome, detail }) => `${outcome}: ${detail}`)).toEqual([
      'done: this node drains: worker trouble',
      'withheld: the node drains already: worker trouble',
      'done: this node takes work again',
    ]);
  });

  it('leaves alone what an operator said, before it and after it', async () => {
    const kit = begun({ do: { kind: 'drain' } });
    kit.drain.drain('kernel update');
    kit.fire('WorkerHung:w1');
    await kit.recorded(1);
    kit.end('WorkerHung:w1');
    await kit.turn();
    expect(kit.drain.current?.reason).toBe('kernel update');

    kit.drain.resume();
    kit.fire('WorkerHung:w2');
    await kit.recorded(2);
    expect(kit.drain.current?.reason).toContain('WorkerHung: ');
    kit.drain.drain('and a kernel update');
    kit.end('WorkerHung:w2');
    await kit.turn();

    expect(kit.drain.current?.reason).toBe('and a kernel update');
  });

  it('stays so where it is not to be taken back', async () => {
    const kit = begun({ do: { kind: 'drain', resume: false } });

    kit.fire('WorkerHung:w1');
    await kit.recorded(1);
    kit.end('WorkerHung:w1');
    await kit.turn();

    expect(kit.drain.current).not.toBeNull();
  });
});

describe('actions that are wrong', () => {
  const good = { name: 'a', rules: ['WorkerHung'], do: { kind: 'drain' } };

  it.each([
    [[good, good], "there are two actions of the name 'a'"],
    [[{ ...good, rules: ['WorkerHang'] }], "there is no rule 'WorkerHang'"],
    [[{ ...good, do: { kind: 'call' } }], 'needs the function `onAlert`'],
    [[{ ...good, on: 'resolved' }], '`resume` is about its end'],
    [
      [{ ...good, do: { kind: 'webhook', url: 'ftp://x', action: 'restart', secrets: [SECRET] } }],
      'must begin with http',
    ],
    [[{ ...good, do: { kind: 'webhook', url: 'http://x', action: 'restart', secrets: [] } }], 'secrets'],
    [[{ ...good, do: { kind: 'webhook', url: 'http://x', action: 'restart', secrets: ['whsec_abc'] } }], 'whsec_'],
  ])('are refused: %j', (actions, text) => {
    const { success, error } = alertsOptions.safeParse({ actions });

    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(text);
  });
});

const README = new URL('../../../plugins/alerts/README.md', import.meta.url);

it.each(Object.entries(ACTION_KINDS))('the README lists what actions of kind %s take', (_kind, schema) => {
  expect(unpadded(readFileSync(README, 'utf8'))).toContain(optionsTable(schema));
});
