import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterPage } from '../../../plugins/prometheus/collect/counter-page.js';
import { SlotBook } from '../../../plugins/prometheus/collect/slot-book.js';
import { nodeWith } from '../../support/prometheus-kit.js';

describe('a page of counters', () => {
  it('gives back every number that was put there last, of whatever size', () => {
    const value = fc.oneof(fc.nat(), fc.nat({ max: 2 ** 52 }), fc.double({ min: 0, noNaN: true }));
    const put = fc.record({ row: fc.nat({ max: 3 }), field: fc.nat({ max: 2 }), value });
    fc.assert(
      fc.property(fc.array(put), (puts) => {
        const page = new CounterPage(4, 3);
        const known = new Map<string, number>();
        for (const { row, field, value: put } of puts) {
          expect(page.exchange(row, field, put)).toBe(known.get(`${row} ${field}`) ?? 0);
          known.set(`${row} ${field}`, put);
        }
        page.forget(2);
        for (let field = 0; field < 3; field++) {
          expect(page.exchange(2, field, 1)).toBe(0);
          expect(page.exchange(1, field, 1)).toBe(known.get(`1 ${field}`) ?? 0);
        }
      }),
    );
  });
});

describe('what entities belong to', () => {
  const consumer = (slot: number, room: string, changedSeq = 1) => nodeWith('consumer', { slot, room, changedSeq });

  it('is shared by all of one name, and another once the name has changed', () => {
    let made = 0;
    const book = new SlotBook<ReturnType<typeof consumer>, { made: number }>(
      1,
      ({ room }) => `${room}`,
      () => ({ made: ++made }),
    );

    expect([consumer(0, 'a'), consumer(1_000, 'a'), consumer(2, 'b')].map((node) => book.group(node).made)).toEqual([
      1, 1, 2,
    ]);
    expect(book.group(consumer(0, 'b', 2)).made).toBe(2);
    expect(made).toBe(2);
  });

  it('is never that of another, however many there have been', () => {
    const book = new SlotBook<ReturnType<typeof consumer>, string>(
      1,
      ({ room }) => `${room}`,
      ({ room }) => `${room}`,
    );
    book.group(consumer(0, 'first'));

    for (let i = 0; i < 10_000; i++) expect(book.group(consumer(1 + (i % 600), `room-${i}`, i))).toBe(`room-${i}`);

    expect(book.group(consumer(0, 'first'))).toBe('first');
  });
});
