import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { Alert } from '../../../../core/index.js';
import { ManualClock } from '../../../../core/testing/index.js';
import { DispatchKit } from '../../../support/webhook/dispatch-kit.js';

const INTERVAL_MS = 10_000;
const ROUTE = {
  groupBy: ['room'],
  groupWaitMs: 1_000,
  groupIntervalMs: INTERVAL_MS,
  repeatIntervalMs: 60_000,
  routes: [
    { receiver: 'b', matchers: [{ label: 'room', value: 'r1' }], continue: true, groupWaitMs: 0 },
    { receiver: 'c', matchers: [{ label: 'alertname', operator: '!=', value: 'X0' }], groupBy: [] },
  ],
};

const alertIndex = fc.integer({ min: 0, max: 3 });
const command = fc.oneof(
  fc.record({ do: fc.constant('raise' as const), alert: alertIndex }),
  fc.record({ do: fc.constant('end' as const), alert: alertIndex }),
  fc.record({ do: fc.constant('silence' as const), alert: alertIndex, ms: fc.integer({ min: 1, max: 90_000 }) }),
  fc.record({ do: fc.constant('inhibit' as const), alert: alertIndex }),
  fc.record({ do: fc.constant('release' as const), alert: alertIndex }),
  fc.record({ do: fc.constant('acknowledge' as const), alert: alertIndex }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 70_000 }) }),
  fc.record({ do: fc.constant('restart' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** The world around a dispatcher, and what its receivers believe. */
class Model {
  readonly #alerts = new Map<number, Alert>();
  /** What each receiver believes to fire: group and fingerprint. */
  readonly #believed = new Set<string>();
  readonly #lastTold = new Map<string, number>();
  #kit = new DispatchKit({ route: ROUTE });

  run(given: Command): void {
    if (given.do === 'wait') {
      this.advance(given.ms);
    } else if (given.do === 'restart') {
      this.#restart();
    } else {
      this.#change(given);
    }
  }

  /** All is over, and everybody knows. */
  finish(): void {
    for (const index of this.#alerts.keys()) this.#change({ do: 'end', alert: index });
    this.advance(300_000);
    assert.deepEqual([...this.#believed], [], 'whoever was told that it fires was told of its end');
    assert.deepEqual([this.#kit.dispatcher.groups, this.#kit.clock.pending], [0, 0]);
  }

  /** In steps, for what is told is judged by what was so at that moment. */
  advance(ms: number): void {
    for (let left = ms; left > 0; left -= 500) {
      this.#kit.clock.advance(Math.min(left, 500));
      this.#judge();
    }
  }

  #change(given: Exclude<Command, { do: 'wait' | 'restart' }>): void {
    const { clock, dispatcher } = this.#kit;
    const before = this.#alerts.get(given.alert);
    if (given.do === 'raise') {
      if (before !== undefined) return;
      const room = `r${given.alert % 2}`;
      this.#alerts.set(given.alert, this.#kit.tell(`X${given.alert}`, { labels: { room } }));
      return;
    }
    if (before === undefined) return;
    if (given.do === 'end') {
      this.#alerts.delete(given.alert);
      this.#kit.end(before);
      return;
    }
    const changed: Alert = {
      ...before,
      ...(given.do === 'silence' && { silencedUntil: clock.now() + given.ms }),
      ...(given.do === 'inhibit' && { inhibitedBy: 'W' }),
      ...(given.do === 'release' && { inhibitedBy: null }),
      ...(given.do === 'acknowledge' && { acknowledged: { at: 0, by: 'me', comment: '' } }),
    };
    this.#alerts.set(given.alert, changed);
    dispatcher.observe({ alert: changed });
  }

  #restart(): void {
    const { clock, dispatcher } = this.#kit;
    const kept = JSON.stringify(dispatcher.kept().map((group) => ({ ...group, members: [...group.members] })));
    dispatcher.stop();
    assert.equal(clock.pending, 0);
    this.#kit = new DispatchKit({ route: ROUTE, clock: new ManualClock(clock.now()) });
    this.#kit.dispatcher.restore(JSON.parse(kept));
    for (const alert of this.#alerts.values()) this.#kit.dispatcher.observe({ alert });
  }

  #judge(): void {
    const now = this.#kit.clock.now();
    for (const { receiver, groupKey, status, alerts, at } of this.#kit.sent.splice(0)) {
      assert.ok(alerts.length > 0);
      assert.equal(status, alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved');
      for (const alert of alerts) {
        const told = `${receiver} ${groupKey} ${alert.fingerprint}`;
        const same = `${told} ${alert.status} ${alert.startsAt}`;
        const last = this.#lastTold.get(same);
        assert.ok(last === undefined || at - last >= INTERVAL_MS, `${same} twice within ${at - (last ?? 0)} ms`);
        this.#lastTold.set(same, at);
        if (alert.status === 'resolved') {
          assert.ok(this.#believed.delete(told), `${told} was told to end, but never to fire`);
          continue;
        }
        this.#believed.add(told);
        const known = [...this.#alerts.values()].find(({ fingerprint }) => fingerprint === alert.fingerprint);
        assert.ok(known !== undefined && known.inhibitedBy === null, `${told} is explained or over, and was told`);
        assert.ok((known.silencedUntil ?? 0) <= now, `${told} is silenced, and was told`);
      }
    }
  }
}

describe('whatever happens, the dispatcher', () => {
  it('tells every end to whoever was told the begin and to nobody else, and nothing twice within an interval', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const model = new Model();
        for (const each of commands) model.run(each);
        model.finish();
      }),
      { numRuns: 150 },
    );
  });
});
