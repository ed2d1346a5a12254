import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { StreamCounters } from '../../../core/sampling/counters.js';
import { Reducer } from '../../../core/sampling/reducer.js';
import { STREAM_COUNTERS } from '../../../core/sampling/stream-numbers.js';
import { Subject } from '../../../core/sampling/subject.js';
import { Table } from '../../../core/sampling/table.js';
import type { StreamReading } from '../../../core/source.js';
import { stream } from '../../support/fake-source.js';
import { GraphKit } from '../../support/graph-kit.js';

describe('streams that share the numbers of their entity', () => {
  let kit: GraphKit;
  let transport: EntityKey;
  let table: Table;
  const reducer = new Reducer();
  let timestamp: number;

  beforeEach(() => {
    kit = new GraphKit();
    transport = kit.transport(kit.router(kit.worker(), 'r'), 't');
    timestamp = 0;
  });

  function opened(kind: 'producer' | 'consumer'): Subject {
    const key = kind === 'producer' ? kit.producer(transport, 'p') : kit.consumer(transport, 'c', null);
    table = new Table(kind);
    return new Subject(table, kit.graph.snapshot().find(kind, key)!, 0);
  }

  function read(subject: Subject, streams: readonly StreamReading[]): void {
    timestamp += 1_000;
    reducer.reduce(subject, { timestamp, values: {}, streams }, table);
  }

  it.each(['producer', 'consumer'] as const)(
    'are told of a %s as if they had their own, and grow as if they had',
    (kind) => {
      const count = fc.nat(400_000_000);
      const few = fc.nat(3);
      const anyStream = fc.record({
        ssrc: fc.integer({ min: 1, max: 2 }),
        rtxSsrc: fc.option(fc.nat(5)),
        rid: fc.option(fc.constantFrom('h', 'l')),
        packetCount: fc.oneof(few, count),
        byteCount: fc.oneof(few, fc.maxSafeNat()),
        packetsLost: fc.integer({ min: -2, max: 4 }),
        rtxPacketsDiscarded: fc.oneof(few, fc.constant(Number.NaN)),
        nackCount: fc.oneof(few, fc.constant(Number.NaN)),
        pliCount: few,
        bitrate: fc.oneof(few, count),
        fractionLost: fc.nat(255).map((told) => told / 256),
        jitter: fc.oneof(fc.double({ min: 0, max: 50 }), fc.constant(Number.NaN)),
        score: fc.nat(10),
      });
      const one = fc.array(anyStream, { maxLength: 1 });
      const some = fc.uniqueArray(anyStream, { selector: ({ ssrc }) => ssrc, maxLength: 2 });
      const readings = fc.array(fc.oneof({ weight: 4, arbitrary: one }, some), { minLength: 1, maxLength: 10 });
      fc.assert(
        fc.property(readings, (all) => {
          const subject = opened(kind);
          const alone = new StreamCounters();
          const by = new Float64Array(STREAM_COUNTERS.length);
          const sums = new Float64Array(STREAM_COUNTERS.length).fill(Number.NaN);
          for (const fields of all) {
            const streams = fields.map((each) => stream(each));
            read(subject, streams);
            alone.read(0, streams, by);
            for (const [i, growth] of by.entries()) {
              if (!Number.isNaN(growth)) sums[i] = (Number.isNaN(sums[i]) ? 0 : sums[i]!) + growth;
            }
            expect(table.streams!.samples(subject.slot)).toEqual(alone.samples(0));
          }
          for (const [i, name] of STREAM_COUNTERS.entries()) {
            const field = table.plan.index[name];
            if (field !== undefined) expect(table.values.get(subject.slot, field)).toBe(sums[i]);
          }
          kit.graph.close(subject.key, 'api');
        }),
      );
    },
  );

  it('have numbers of their own only while they differ', () => {
    const subject = opened('consumer');
    read(subject, [stream({ packetCount: 5, packetsLost: 2, jitter: 1.5 })]);
    expect(table.streams!.withNumbers).toBe(0);

    // Late packets turned up: what the source tells is less than what was counted.
    read(subject, [stream({ packetCount: 9, packetsLost: 1 })]);
    expect(table.streams!.withNumbers).toBe(1);
    read(subject, [stream({ packetCount: 12, packetsLost: 2 })]);
    expect(table.streams!.withNumbers).toBe(0);

    // It starts again: from here on what was counted is more than what the source tells.
    read(subject, [stream({ packetCount: 3, packetsLost: 2 })]);
    expect(table.streams!.withNumbers).toBe(1);
    expect(table.streams!.samples(subject.slot).map(({ packetCount }) => packetCount)).toEqual([3]);

    table.clear(subject.slot);
    expect(table.streams!.withNumbers).toBe(0);
  });
});
