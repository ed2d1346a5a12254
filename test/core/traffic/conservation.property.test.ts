import fc from 'fast-check';
import { expect, it } from 'vitest';
import { trafficOptions } from '../../../core/traffic/options.js';
import { TrafficLedger } from '../../../core/traffic/traffic-ledger.js';
import type { TrafficCount } from '../../../core/traffic/traffic-meter.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Report, recordReports } from './reports.js';

const METERS = 4;
const name = fc.constantFrom(undefined, null, 'a', 'b', 'c');
const meter = fc.nat(METERS - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('add'), meter, bytes: fc.nat(100), out: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('identify'), meter, room: name, peer: name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flush') }) },
  fc.record({ do: fc.constant('reset'), meter }),
  fc.record({ do: fc.constant('stop'), meter }),
) as fc.Arbitrary<Step>;

type Step =
  | { do: 'add'; meter: number; bytes: number; out: boolean }
  | { do: 'identify'; meter: number; room: string | null | undefined; peer: string | null | undefined }
  | { do: 'flush' }
  | { do: 'reset' | 'stop'; meter: number };

const EMPTY: TrafficCount = { bytesIn: 0, bytesOut: 0, messagesIn: 0, messagesOut: 0 };

function sum(counts: readonly TrafficCount[]): TrafficCount {
  return counts.reduce(
    (total, count) => ({
      bytesIn: total.bytesIn + count.bytesIn,
      bytesOut: total.bytesOut + count.bytesOut,
      messagesIn: total.messagesIn + count.messagesIn,
      messagesOut: total.messagesOut + count.messagesOut,
    }),
    EMPTY,
  );
}

function countOf({ direction, bytes, messages }: Pick<Report, 'direction' | 'bytes' | 'messages'>): TrafficCount {
  return direction === 'in'
    ? { ...EMPTY, bytesIn: bytes, messagesIn: messages }
    : { ...EMPTY, bytesOut: bytes, messagesOut: messages };
}

/** Plays the steps and stops the ledger; gives what was added, what was reported, and the ledger. */
function play(
  steps: readonly Step[],
  maxPeers: number,
): { added: TrafficCount; reports: Report[]; ledger: TrafficLedger } {
  const clock = new ManualClock();
  const reports: Report[] = [];
  const options = trafficOptions.parse({ maxPeers });
  const ledger = new TrafficLedger({ clock, options, emit: recordReports(reports) });
  ledger.start();
  const meters = Array.from({ length: METERS }, () => ledger.meter());
  const stopped = new Set<number>();
  const added: TrafficCount[] = [];
  for (const move of steps) {
    if (move.do === 'flush') {
      clock.advance(5_000);
      continue;
    }
    const at = meters[move.meter]!;
    if (move.do === 'add') {
      const direction = move.out ? 'out' : 'in';
      at.add(move.bytes, direction);
      if (!stopped.has(move.meter)) added.push(countOf({ direction, bytes: move.bytes, messages: 1 }));
    } else if (move.do === 'identify') {
      at.identify({
        ...(move.room !== undefined && { room: move.room }),
        ...(move.peer !== undefined && { peer: move.peer }),
      });
    } else if (move.do === 'reset') {
      at.reset();
    } else {
      at.stop();
      stopped.add(move.meter);
    }
  }
  ledger.stop();
  return { added: sum(added), reports, ledger };
}

it('reports everything that is added exactly once, in whatever order it is called', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, maxPeers) => {
      const { added, reports } = play(steps, maxPeers);

      expect(sum(reports.map(countOf))).toEqual(added);
    }),
    { numRuns: 500 },
  );
});

it('has totals per peer and room that are the sums of their reports', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { reports, ledger } = play(steps, 100);

      for (const room of ['a', 'b', 'c']) {
        const ofRoom = reports.filter((report) => report.room === room);
        expect(ledger.room(room).signalling).toEqual(sum(ofRoom.map(countOf)));
        for (const peer of ['a', 'b', 'c']) {
          const ofPeer = ofRoom.filter((report) => report.peer === peer);
          expect(ledger.peer(room, peer)?.signalling ?? EMPTY).toEqual(sum(ofPeer.map(countOf)));
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('keeps no more peers than it may, and their totals with those of the others are everything', () => {
  // Only peers that have a name can be asked for, so here nobody is unknown.
  const named = fc.constantFrom('a', 'b', 'c');
  const known = Array.from(
    { length: METERS },
    (_, index): Step => ({ do: 'identify', meter: index, room: 'a', peer: 'a' }),
  );
  const move = fc
    .tuple(step, named, named)
    .map(([made, room, peer]): Step => (made.do === 'identify' ? { ...made, room, peer } : made));
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, maxPeers) => {
      const { added, ledger } = play([...known, ...steps], maxPeers);

      expect(ledger.peers).toBeLessThanOrEqual(maxPeers);
      const names = ['a', 'b', 'c'];
      const kept = names.flatMap((room) => names.map((peer) => ledger.peer(room, peer)?.signalling ?? EMPTY));
      expect(sum([...kept, ledger.other.signalling])).toEqual(added);
    }),
    { numRuns: 500 },
  );
});
