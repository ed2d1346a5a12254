import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { Inhibitor } from '../../../../plugins/webhook/routing/inhibition.js';
import { webhookOptions } from '../../../../plugins/webhook/options.js';
import { sampleOptions } from '../../../support/webhook/dispatch-kit.js';

type Labels = Readonly<Record<string, string>>;

const is = (label: string, value: string) => ({ label, operator: '=', value });
const RULE = { source: [is('role', 's')], target: [is('role', 't')], equal: ['worker'] };

class Kit {
  readonly by = new Map<string, string | null>();
  readonly inhibitor: Inhibitor;
  calls = 0;

  constructor(inhibit: readonly object[] = [RULE]) {
    this.inhibitor = new Inhibitor(sampleOptions({}, { inhibit }).inhibit, (id, by) => {
      this.calls++;
      if (by === null) this.by.delete(id);
      else this.by.set(id, by);
    });
  }

  fire(id: string, labels: Labels): void {
    this.inhibitor.observe({ id, labels, state: 'firing' });
  }

  end(id: string): void {
    this.inhibitor.observe({ id, labels: {}, state: 'resolved' });
    this.by.delete(id);
  }

  get all(): Labels {
    return Object.fromEntries(this.by) as Labels;
  }
}

describe('inhibition', () => {
  it('covers targets with equal labels while a source fires, whichever came first', () => {
    const kit = new Kit();
    kit.fire('t1', { role: 't', worker: 'w1' });
    kit.fire('s', { role: 's', worker: 'w1' });
    kit.fire('t2', { role: 't', worker: 'w1' });
    kit.fire('t3', { role: 't', worker: 'w2' });
    assert.deepEqual(kit.all, { t1: 's', t2: 's' });
    kit.end('s');

    assert.deepEqual(kit.all, {});
  });

  it('goes over to another source when the first one ends', () => {
    const kit = new Kit();
    for (const id of ['s1', 's2']) kit.fire(id, { role: 's', worker: 'w1' });
    kit.fire('t', { role: 't', worker: 'w1' });
    kit.end('s1');
    assert.deepEqual(kit.all, { t: 's2' });
    kit.end('s2');

    assert.deepEqual(kit.all, {});
  });

  it('never lets alerts that are source and target at once hide each other', () => {
    const kit = new Kit([{ source: [is('severity', 'critical')], target: [is('severity', 'critical')] }]);
    kit.fire('one', { severity: 'critical' });
    kit.fire('other', { severity: 'critical' });

    assert.deepEqual(kit.all, {});
  });

  it('is judged anew when labels change', () => {
    const kit = new Kit();
    kit.fire('s', { role: 's', worker: 'w1' });
    kit.fire('t', { role: 't', worker: 'w1' });
    kit.fire('t', { role: 't', worker: 'w2' });
    assert.deepEqual(kit.all, {});
    kit.fire('s', { role: 's', worker: 'w2' });

    assert.deepEqual(kit.all, { t: 's' });
  });

  it('says nothing twice', () => {
    const kit = new Kit();
    kit.fire('s', { role: 's', worker: 'w1' });
    for (let i = 0; i < 5; i++) kit.fire('t', { role: 't', worker: 'w1' });

    assert.equal(kit.calls, 1);
  });

  it('takes back everything when it is released', () => {
    const kit = new Kit();
    kit.fire('s', { role: 's', worker: 'w1' });
    kit.fire('t', { role: 't', worker: 'w1' });
    kit.inhibitor.release();

    assert.deepEqual(kit.all, {});
  });

  it('by default lets a dead or hung worker explain what is wrong in it, and a death not be hidden', () => {
    const { inhibit } = webhookOptions.parse({
      receivers: { a: { kind: 'webhook', url: 'http://127.0.0.1/' } },
      route: { receiver: 'a' },
    });
    const kit = new Kit(inhibit);
    kit.fire('hung', { alertname: 'WorkerHung', worker: 'w1' });
    kit.fire('died', { alertname: 'WorkerDied', worker: 'w1' });
    kit.fire('stalled', { alertname: 'ProducerStalled', worker: 'w1' });
    kit.fire('elsewhere', { alertname: 'ProducerStalled', worker: 'w2' });
    kit.fire('host', { alertname: 'UdpReceiveBufferErrors' });

    assert.deepEqual(Object.keys(kit.all).toSorted(), ['hung', 'stalled']);
    kit.end('hung');
    assert.deepEqual(kit.all, { stalled: 'died' });
  });

  it('is what comparing every alert with every other one gives, whatever happens', () => {
    const labels = fc.record({ role: fc.constantFrom('s', 't', 'st', ''), worker: fc.constantFrom('w1', 'w2') });
    const step = fc.record({ id: fc.constantFrom('1', '2', '3', '4', '5'), labels: fc.option(labels) });
    const pattern = (letter: string) => [{ label: 'role', operator: '=~', value: `.*${letter}.*` }];
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const kit = new Kit([{ source: pattern('s'), target: pattern('t'), equal: ['worker'] }]);
        const firing = new Map<string, { role: string; worker: string }>();
        for (const { id, labels: given } of steps) {
          if (given === null) {
            firing.delete(id);
            kit.end(id);
          } else {
            firing.set(id, given);
            kit.fire(id, given);
          }
          for (const [target, { role, worker }] of firing) {
            const sources = [...firing].filter(
              ([source, its]) =>
                source !== target &&
                its.worker === worker &&
                its.role.includes('s') &&
                !(role.includes('s') && its.role.includes('t')),
            );
            const by = kit.by.get(target);
            if (!role.includes('t') || sources.length === 0) assert.equal(by, undefined);
            else
              assert.ok(
                sources.some(([source]) => source === by),
                `${target} is explained by ${by}`,
              );
          }
        }
      }),
    );
  });
});
