import { beforeEach, describe, expect, it } from 'vitest';
import { trafficOptions } from '../../../core/traffic/options.js';
import { TrafficLedger } from '../../../core/traffic/traffic-ledger.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Report, recordReports } from './reports.js';

let clock: ManualClock;
let reports: Report[];
let ledger: TrafficLedger;

function makeLedger(options: Record<string, unknown> = {}): TrafficLedger {
  const made = new TrafficLedger({ clock, options: trafficOptions.parse(options), emit: recordReports(reports) });
  made.start();
  return made;
}

beforeEach(() => {
  clock = new ManualClock();
  reports = [];
  ledger = makeLedger();
});

const alice = { room: 'r', peer: 'alice' };
const count = (bytesIn: number, bytesOut: number, messagesIn: number, messagesOut: number): object => ({
  bytesIn,
  bytesOut,
  messagesIn,
  messagesOut,
});

describe('a meter', () => {
  it('is reported by direction once an interval, with all meters of the peer together', () => {
    const [first, second] = [ledger.meter(alice), ledger.meter(alice)];
    first.add(100, 'in');
    first.add(20, 'out');
    second.add(11, 'in');

    clock.advance(5_000);

    expect(reports).toEqual([
      { ...alice, source: 'signalling', direction: 'in', bytes: 111, messages: 2, intervalMs: 5_000 },
      { ...alice, source: 'signalling', direction: 'out', bytes: 20, messages: 1, intervalMs: 5_000 },
    ]);
    expect(first.totals).toEqual(count(100, 20, 1, 1));
  });

  it('reports only what is new, and nothing while nothing moves', () => {
    const meter = ledger.meter(alice);
    meter.add(1, 'in');
    clock.advance(10_000);
    meter.add(2, 'in');
    clock.advance(5_000);

    expect(reports.map(({ bytes, intervalMs }) => [bytes, intervalMs])).toEqual([
      [1, 5_000],
      [2, 5_000],
    ]);
    expect(ledger.peer('r', 'alice')?.signalling).toEqual(count(3, 0, 2, 0));
  });

  it('counts a message of no bytes', () => {
    ledger.meter(alice).add(0, 'out');

    clock.advance(5_000);

    expect(reports).toMatchObject([{ bytes: 0, messages: 1 }]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d bytes', (bytes) => {
    const meter = ledger.meter(alice);

    expect(() => meter.add(bytes, 'in')).toThrow(RangeError);
    expect(meter.totals).toEqual(count(0, 0, 0, 0));
  });

  it('refuses another direction than in and out', () => {
    // @ts-expect-error JavaScript applications may pass anything.
    expect(() => ledger.meter(alice).add(1, 'up')).toThrow(RangeError);
  });

  it('shows in the totals of its peer and room at once', () => {
    ledger.meter(alice).add(7, 'in');
    ledger.meter({ room: 'r', peer: 'bob' }).add(5, 'in');

    expect(ledger.peer('r', 'alice')).toEqual({ signalling: count(7, 0, 1, 0), data: count(0, 0, 0, 0) });
    expect(ledger.room('r').signalling).toEqual(count(12, 0, 2, 0));
    expect(ledger.peer('r', 'carol')).toBeNull();
    expect(ledger.room('elsewhere').signalling).toEqual(count(0, 0, 0, 0));
  });

  it('keeps apart peers of the same name in different rooms, whatever the names hold', () => {
    ledger.meter({ room: 'a:1', peer: 'x' }).add(1, 'in');
    ledger.meter({ room: 'a', peer: '1:x' }).add(2, 'in');
    ledger.meter({ room: null, peer: 'a:1:x' }).add(4, 'in');

    expect(ledger.peer('a:1', 'x')?.signalling.bytesIn).toBe(1);
    expect(ledger.peer('a', '1:x')?.signalling.bytesIn).toBe(2);
    expect(ledger.peer(null, 'a:1:x')?.signalling.bytesIn).toBe(4);
  });
});

describe('a late identity', () => {
  it('is waited for: what came before the peer and the room are known goes to them', () => {
    const meter = ledger.meter();
    meter.add(10, 'in');
    clock.advance(5_000);
    meter.identify({ peer: 'alice' });
    clock.advance(5_000);
    expect(reports).toEqual([]);
    expect(ledger.peer(null, 'alice')).toBeNull();

    meter.identify({ room: 'r' });
    meter.add(1, 'in');
    clock.advance(5_000);

    expect(reports).toMatchObject([{ ...alice, bytes: 11, messages: 2, intervalMs: 15_000 }]);
    expect(ledger.room('r').signalling.bytesIn).toBe(11);
  });

  it('takes a number for a name, and what is no name for nothing', () => {
    const meter = ledger.meter({ room: 5, peer: 'x'.repeat(257) } as never);
    meter.add(10, 'in');
    clock.advance(5_000);
    expect(reports).toEqual([]);

    meter.identify({ room: '', peer: 7 } as never);
    clock.advance(5_000);

    expect(reports).toMatchObject([{ room: '5', peer: '7', bytes: 10 }]);
    expect(ledger.peer('5', '7')?.signalling).toEqual(count(10, 0, 1, 0));
  });

  it('may say that there is no room', () => {
    const meter = ledger.meter({ peer: 'alice' });
    meter.add(10, 'in');
    meter.identify({ room: null });

    clock.advance(5_000);

    expect(reports).toMatchObject([{ room: null, peer: 'alice', bytes: 10 }]);
  });

  it('that is corrected takes along what is not reported yet, and leaves what is', () => {
    const meter = ledger.meter(alice);
    meter.add(10, 'in');
    clock.advance(5_000);
    meter.add(3, 'in');
    meter.identify({ peer: 'bob', room: 's' });

    expect(ledger.peer('r', 'alice')?.signalling).toEqual(count(10, 0, 1, 0));
    expect(ledger.room('r').signalling).toEqual(count(10, 0, 1, 0));
    expect(ledger.peer('s', 'bob')?.signalling).toEqual(count(3, 0, 1, 0));
    expect(ledger.room('s').signalling).toEqual(count(3, 0, 1, 0));

    clock.advance(5_000);
    expect(reports).toMatchObject([
      { ...alice, bytes: 10 },
      { room: 's', peer: 'bob', bytes: 3 },
    ]);
  });

  it('that is taken back holds what is pending again', () => {
    const meter = ledger.meter(alice);
    meter.add(3, 'in');
    meter.identify({ peer: null });

    clock.advance(5_000);

    expect(reports).toEqual([]);
    expect(ledger.peer('r', 'alice')?.signalling.bytesIn).toBe(0);
    expect(ledger.room('r').signalling.bytesIn).toBe(0);
  });
});

describe('a reset', () => {
  it('reports at once and begins a new session, while the totals of the peer go on', () => {
    const meter = ledger.meter(alice);
    meter.add(10, 'in');
    clock.advance(2_000);
    meter.reset();

    expect(reports).toMatchObject([{ ...alice, bytes: 10, intervalMs: 2_000 }]);
    expect(meter.totals).toEqual(count(0, 0, 0, 0));

    meter.add(1, 'in');
    clock.advance(5_000);
    expect(meter.totals).toEqual(count(1, 0, 1, 0));
    expect(reports.map(({ bytes }) => bytes)).toEqual([10, 1]);
    expect(ledger.peer('r', 'alice')?.signalling.bytesIn).toBe(11);
  });

  it('loses nothing that waits to be identified', () => {
    const meter = ledger.meter();
    meter.add(10, 'in');
    meter.reset();
    expect(reports).toEqual([]);

    meter.identify(alice);
    clock.advance(5_000);

    expect(reports).toMatchObject([{ ...alice, bytes: 10 }]);
  });
});

describe('stopping', () => {
  it('a meter reports what is pending and makes later calls do nothing', () => {
    const meter = ledger.meter(alice);
    meter.add(10, 'in');
    meter.stop();
    meter.stop();
    meter.add(5, 'in');
    meter.identify({ peer: 'bob' });
    meter.reset();
    clock.advance(5_000);

    expect(reports).toMatchObject([{ ...alice, bytes: 10 }]);
    expect(meter.totals.bytesIn).toBe(10);
  });

  it('a meter nobody identified reports as far as it is known', () => {
    const meter = ledger.meter({ room: 'r' });
    meter.add(10, 'in');
    meter.stop();

    expect(reports).toMatchObject([{ room: 'r', peer: null, bytes: 10 }]);
  });

  it('the ledger reports the rest, keeps the totals, and leaves no timer', () => {
    const [known, unknown] = [ledger.meter(alice), ledger.meter()];
    known.add(10, 'in');
    unknown.add(5, 'out');

    ledger.stop();
    ledger.stop();
    known.add(1, 'in');
    unknown.stop();

    expect(reports).toMatchObject([
      { room: null, peer: null, bytes: 5 },
      { ...alice, bytes: 10 },
    ]);
    expect(known.totals.bytesIn).toBe(10);
    expect(ledger.peer('r', 'alice')?.signalling.bytesIn).toBe(10);
    expect(clock.pending).toBe(0);
  });
});

describe('too many peers', () => {
  it('let the one idle for longest go into the totals of others, reported first', () => {
    const small = makeLedger({ maxPeers: 2 });
    const meters = ['a', 'b', 'c'].map((peer) => small.meter({ room: peer, peer }));
    for (const [index, meter] of meters.entries()) meter.add(10 + index, 'in');

    expect(small.peers).toBe(2);
    expect(small.evicted).toBe(1);
    expect(small.peer('a', 'a')).toBeNull();
    expect(small.room('a').signalling.bytesIn).toBe(0);
    expect(small.other.signalling).toEqual(count(10, 0, 1, 0));
    clock.advance(5_000);
    expect(reports.map(({ peer, bytes }) => [peer, bytes])).toEqual([
      ['a', 10],
      ['b', 11],
      ['c', 12],
    ]);
  });

  it('keep the one that counts again', () => {
    const small = makeLedger({ maxPeers: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((peer) => small.meter({ room: 'r', peer }));
    a?.add(1, 'in');
    b?.add(1, 'in');
    clock.advance(5_000);
    a?.add(1, 'in');
    c?.add(1, 'in');

    expect(small.peer('r', 'a')?.signalling.bytesIn).toBe(2);
    expect(small.peer('r', 'b')).toBeNull();
    // The room still has peers, so it forgets nothing.
    expect(small.room('r').signalling.bytesIn).toBe(4);
  });

  it('never let one go that still counts', () => {
    const small = makeLedger({ maxPeers: 2 });
    const [a, b] = ['a', 'b'].map((peer) => small.meter({ room: 'r', peer }));
    a?.add(1, 'in');
    b?.add(1, 'in');
    b?.identify({ peer: 'c' });
    a?.add(1, 'in');

    expect((small.peer('r', 'a')?.signalling.bytesIn ?? 0) + small.other.signalling.bytesIn).toBe(2);
  });

  it('that were never identified are reported as nobody from the oldest on', () => {
    const small = makeLedger({ maxPeers: 2 });
    for (let index = 0; index < 5; index++) small.meter().add(index + 1, 'in');

    expect(reports.map(({ peer, bytes }) => [peer, bytes])).toEqual([
      [null, 1],
      [null, 2],
      [null, 3],
    ]);
  });
});

it('counts what is added by whoever hears of a report in the next one', () => {
  const looped = new TrafficLedger({
    clock,
    options: trafficOptions.parse({}),
    emit: (event, whose) => {
      recordReports(reports)(event, whose);
      if (reports.length < 3) meter.add(1, 'in');
    },
  });
  looped.start();
  const meter = looped.meter(alice);
  meter.add(1, 'in');

  clock.advance(20_000);

  expect(reports.map(({ bytes }) => bytes)).toEqual([1, 1, 1]);
});
