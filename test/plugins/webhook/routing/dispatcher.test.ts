import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ManualClock } from '../../../../core/testing/index.js';
import { DispatchKit } from '../../../support/webhook/dispatch-kit.js';

const SECOND = 1_000;

describe('the dispatcher', () => {
  it('waits for company before it tells of a new group', () => {
    const kit = new DispatchKit();
    kit.tell('X');
    assert.deepEqual(kit.after(999), []);
    kit.tell('Y');

    assert.deepEqual(kit.after(1), ['a firing: X+ Y+']);
  });

  it('tells at once where the wait is 0, and still one notification for all of one turn', () => {
    const kit = new DispatchKit({ route: { groupWaitMs: 0 } });
    for (let i = 0; i < 10_000; i++) kit.tell(`X${i}`);

    kit.clock.advance(0);

    assert.equal(kit.sent.length, 1);
    assert.equal(kit.sent[0]?.alerts.length, 100);
    assert.equal(kit.sent[0]?.truncatedAlerts, 9_900);
  });

  it('sends one notification per group when 10,000 alerts begin and end at once', () => {
    const kit = new DispatchKit({ route: { groupBy: ['worker'] } });
    const alerts = Array.from({ length: 10_000 }, (_, i) => kit.tell(`X${i}`, { labels: { worker: `w${i % 4}` } }));
    assert.equal(kit.after(SECOND).length, 4);
    for (const alert of alerts) kit.end(alert);

    assert.deepEqual(
      kit.after(10 * SECOND).map((text) => text.slice(0, 10)),
      Array.from({ length: 4 }, () => 'a resolved'),
    );
    assert.deepEqual([kit.dispatcher.groups, kit.clock.pending], [0, 0]);
  });

  it('gathers news of a group it told of until the interval is over', () => {
    const kit = new DispatchKit();
    kit.tell('X');
    assert.deepEqual(kit.after(SECOND), ['a firing: X+']);
    kit.tell('Y');
    assert.deepEqual(kit.after(9_999), []);

    assert.deepEqual(kit.after(1), ['a firing: X+ Y+']);
  });

  it('says again what still fires after the repeat interval, and not before', () => {
    const kit = new DispatchKit();
    kit.tell('X');
    kit.after(SECOND);

    assert.deepEqual(kit.after(59_999), []);
    assert.deepEqual(kit.after(1), ['a firing: X+']);
    assert.deepEqual(kit.after(60 * SECOND), ['a firing: X+']);
  });

  it('repeats in time though the wall clock is set back', () => {
    const kit = new DispatchKit({ route: { repeatIntervalMs: 20_000 } });
    kit.tell('X');
    kit.after(SECOND);
    kit.clock.jumpWallTime(-3_600_000);

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: X+']);
  });

  it('does not repeat what people have taken upon them, but tells what is new', () => {
    const kit = new DispatchKit();
    const acknowledged = { at: 0, by: 'me', comment: '' };
    kit.tell('X');
    kit.after(SECOND);
    kit.tell('X', { acknowledged });
    assert.deepEqual(kit.after(300 * SECOND), []);
    kit.tell('Y');

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: X+ Y+']);
    assert.deepEqual(kit.after(60 * SECOND), ['a firing: X+ Y+']);
  });

  it('tells the end with the next news, once', () => {
    const kit = new DispatchKit();
    const x = kit.tell('X');
    kit.tell('Y');
    kit.after(SECOND);
    kit.end(x);

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: Y+ X-']);
    assert.deepEqual(kit.after(59 * SECOND), []);
  });

  it('tells nobody of what ended before it was told', () => {
    const kit = new DispatchKit();
    kit.end(kit.tell('X'));

    assert.deepEqual(kit.after(100 * SECOND), []);
    assert.equal(kit.dispatcher.groups, 0);
  });

  it('tells nobody of what is pending, or never fired', () => {
    const kit = new DispatchKit();
    kit.tell('X', { state: 'pending', firingSince: null });
    kit.end(kit.tell('X', { state: 'pending', firingSince: null }));

    assert.deepEqual(kit.after(100 * SECOND), []);
  });

  it('keeps what is silenced to itself until the silence is over, though nobody tells of that', () => {
    const kit = new DispatchKit();
    kit.tell('X', { silencedUntil: kit.clock.now() + 25 * SECOND });
    assert.deepEqual(kit.after(25 * SECOND), []);

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: X+']);
  });

  it('tells the end of what was told and silenced meanwhile, to whoever was told and to nobody else', () => {
    const kit = new DispatchKit({
      route: { routes: [{ receiver: 'b', continue: true, groupWaitMs: 20_000 }, { receiver: 'c' }] },
    });
    const x = kit.tell('X');
    assert.deepEqual(kit.after(SECOND), ['c firing: X+']);
    const silenced = { ...x, silencedUntil: kit.clock.now() + 3_600_000 };
    kit.dispatcher.observe({ alert: silenced });
    assert.deepEqual(kit.after(100 * SECOND), []);
    kit.end(silenced);

    assert.deepEqual(kit.after(100 * SECOND), ['c resolved: X-']);
  });

  it('does not tell what another alert explains, until it does not any more', () => {
    const kit = new DispatchKit();
    const x = kit.tell('X', { inhibitedBy: 'W' });
    assert.deepEqual(kit.after(100 * SECOND), []);
    kit.dispatcher.observe({ alert: { ...x, inhibitedBy: null } });

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: X+']);
  });

  it('does not tell what falls into maintenance, until that is over', () => {
    const clock = new ManualClock(Date.parse('2026-03-01T10:00:00Z'));
    const maintenance = [
      {
        name: 'm',
        from: '2026-03-01T10:00:00Z',
        to: '2026-03-01T10:05:00Z',
        matchers: [{ label: 'alertname', value: 'X' }],
      },
    ];
    const kit = new DispatchKit({ maintenance, clock });
    kit.tell('X');
    kit.tell('Y');
    assert.deepEqual(kit.after(SECOND), ['a firing: Y+']);

    assert.deepEqual(kit.after(310 * SECOND).at(-1), 'a firing: X+ Y+');
  });

  it('tells no end to receivers that do not want it', () => {
    const kit = new DispatchKit({ traits: { sendResolved: false } });
    const x = kit.tell('X');
    kit.tell('Y');
    kit.after(SECOND);
    kit.end(x);
    assert.deepEqual(kit.after(10 * SECOND), []);
    kit.tell('X');

    assert.deepEqual(kit.after(10 * SECOND), ['a firing: Y+ X+']);
  });

  it('sends all alerts again and again to receivers that forget, in parts, acknowledged ones too', () => {
    const kit = new DispatchKit({ traits: { keepAliveMs: 5_000, maxAlerts: 2 } });
    const acknowledged = { at: 0, by: 'me', comment: '' };
    for (const name of ['X', 'Y', 'Z']) kit.tell(name, { acknowledged });

    assert.deepEqual(kit.after(SECOND), ['a firing: X+ Y+', 'a firing: Z+']);
    assert.deepEqual(kit.after(5 * SECOND), ['a firing: X+ Y+', 'a firing: Z+']);
  });

  it('moves an alert whose labels change: its end is told where it was, its begin where it goes', () => {
    const kit = new DispatchKit({ route: { groupBy: ['room'] } });
    kit.tell('X', { labels: { room: 'r1' } });
    kit.after(SECOND);
    kit.tell('X', { labels: { room: 'r2' } });

    assert.deepEqual(kit.after(SECOND), ['a firing: X+']);
    assert.deepEqual(kit.after(10 * SECOND), ['a resolved: X-']);
    assert.equal(kit.dispatcher.groups, 1);
  });

  it('tells again after the interval what was lost, as far as it still fires', () => {
    const kit = new DispatchKit({ route: { groupBy: ['alertname'] } });
    const x = kit.tell('X');
    kit.tell('Y');
    kit.clock.advance(SECOND);
    for (const notification of kit.sent.splice(0)) kit.dispatcher.lost(notification);
    kit.end(x);

    assert.deepEqual(kit.after(10 * SECOND), ['a resolved: X-', 'a firing: Y+']);
    assert.deepEqual(kit.after(49 * SECOND), []);
  });

  it('gives every notification an id of its own, the same in another process that asks the same', () => {
    const ids = [new DispatchKit(), new DispatchKit()].map((kit) => {
      kit.tell('X');
      kit.clock.advance(SECOND);
      kit.clock.advance(120 * SECOND);
      return kit.sent.map(({ id }) => id);
    });

    assert.deepEqual(ids[0], ids[1]);
    assert.equal(new Set(ids[0]).size, 3);
  });

  it('touches what is kept when alerts come and go, but not for every change of their texts', () => {
    const kit = new DispatchKit();
    kit.tell('X');
    kit.after(SECOND);
    const before = kit.changes;
    for (let value = 0; value < 10; value++) kit.tell('X', { value });
    kit.after(30 * SECOND);

    assert.equal(kit.changes, before);
  });

  it('stops without a timer left', () => {
    const kit = new DispatchKit();
    kit.tell('X');
    kit.dispatcher.restore([]);
    kit.dispatcher.stop();

    assert.equal(kit.clock.pending, 0);
  });
});

describe('a dispatcher after a restart', () => {
  function restarted(before: DispatchKit, differences: ConstructorParameters<typeof DispatchKit>[0] = {}): DispatchKit {
    const kept = before.dispatcher.kept().map((group) => ({ ...group, members: [...group.members] }));
    before.dispatcher.stop();
    const after = new DispatchKit({ ...differences, clock: new ManualClock(before.clock.now()) });
    after.dispatcher.restore(JSON.parse(JSON.stringify(kept)));
    return after;
  }

  it('does not tell again what it told, and tells its end', () => {
    const before = new DispatchKit();
    const x = before.tell('X');
    before.after(SECOND);
    const after = restarted(before);
    after.dispatcher.observe({ alert: x });
    assert.deepEqual(after.after(30 * SECOND), []);
    after.end(x);

    assert.deepEqual(after.after(10 * SECOND), ['a resolved: X-']);
  });

  it('tells what it had not told yet, by the same id', () => {
    const before = new DispatchKit();
    before.tell('X');
    const after = restarted(before);
    before.clock.advance(0);
    after.clock.advance(SECOND);
    const other = new DispatchKit();
    other.tell('X');
    other.clock.advance(SECOND);

    assert.deepEqual(
      after.sent.map(({ id }) => id),
      other.sent.map(({ id }) => id),
    );
    assert.deepEqual(after.news(), ['a firing: X+']);
  });

  it('tells the end of what nobody speaks of any more after two minutes', () => {
    const before = new DispatchKit({ route: { repeatIntervalMs: 3_600_000 } });
    before.tell('X');
    before.after(SECOND);
    const after = restarted(before, { route: { repeatIntervalMs: 3_600_000 } });
    assert.deepEqual(after.after(119 * SECOND), []);

    assert.deepEqual(after.after(20 * SECOND), ['a resolved: X-']);
    assert.equal(after.dispatcher.groups, 0);
  });

  it('tells an end that it had not told yet', () => {
    const before = new DispatchKit();
    const x = before.tell('X');
    before.after(SECOND);
    before.end(x);

    assert.deepEqual(restarted(before).after(10 * SECOND), ['a resolved: X-']);
  });

  it('keeps to itself what was silenced or explained', () => {
    const before = new DispatchKit();
    before.tell('X', { inhibitedBy: 'W' });
    before.tell('Y', { silencedUntil: before.clock.now() + 3_600_000 });

    assert.deepEqual(restarted(before).after(100 * SECOND), []);
  });

  it('tells no end to a receiver that the route leads to only now', () => {
    const before = new DispatchKit();
    const x = before.tell('X');
    before.after(SECOND);
    const after = restarted(before, { route: { receiver: 'b' } });
    after.end(x);

    assert.deepEqual(after.after(200 * SECOND), []);
  });
});
