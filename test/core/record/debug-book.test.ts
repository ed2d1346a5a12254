import { describe, expect, it } from 'vitest';
import type { EntityKey } from '../../../core/model/entity.js';
import { DebugBook } from '../../../core/record/debug-book.js';
import { ManualClock } from '../../../core/testing/index.js';

const inRoom = (room: string) => ({ entity: null, ancestors: [], room, peer: null });

function kit(open = true) {
  const clock = new ManualClock();
  return { clock, book: new DebugBook(clock, () => open) };
}

describe('what detail is wanted of', () => {
  it('goes off by itself', () => {
    const { clock, book } = kit();
    const until = book.debug({ room: 'blue' }, 10);

    expect(until).toBe(clock.now() + 10_000);
    clock.advance(9_999);
    expect(book.covers(inRoom('blue'))).toBe(true);
    clock.advance(1);
    expect(book.covers(inRoom('blue'))).toBe(false);
    expect(book.list()).toEqual([]);
  });

  it('is listed, and lasts anew when it is switched on again', () => {
    const { clock, book } = kit();
    book.debug({ room: 'blue' }, 10);
    clock.advance(5_000);
    const until = book.debug({ room: 'blue' }, 10);

    expect(book.list()).toEqual([{ subject: { room: 'blue' }, until }]);
    clock.advance(9_000);
    expect(book.covers(inRoom('blue'))).toBe(true);
  });

  it('may be switched off by a short time, which leaves the others on', () => {
    const { clock, book } = kit();
    book.debug({ room: 'blue' }, 3_600);
    book.debug({ room: 'red' }, 3_600);
    book.debug({ room: 'blue' }, 1);
    clock.advance(1_000);

    expect(book.list().map(({ subject }) => subject)).toEqual([{ room: 'red' }]);
  });

  it.each([0, 0.5, 3_601, Number.NaN])('does not last %s seconds', (seconds) => {
    expect(() => kit().book.debug({ room: 'blue' }, seconds)).toThrowError(/1 to 3600 seconds/);
  });

  it('must be something, and of texts', () => {
    expect(() => kit().book.debug({}, 1)).toThrowError(/an entity, a room or a peer/);
    expect(() => kit().book.debug({ room: '' }, 1)).toThrowError(/room must be a text/);
    expect(() => kit().book.debug({ peer: 7 as never }, 1)).toThrowError(/peer must be a text/);
  });

  it('must be open, if it is an entity', () => {
    const { book } = kit(false);

    expect(() => book.debug({ entity: 'gone' as EntityKey }, 1)).toThrowError(
      expect.objectContaining({ code: 'SFUSCOPE_ENTITY_UNKNOWN' }),
    );
  });

  it('is of 100 subjects at most, until one of them ends', () => {
    const { clock, book } = kit();
    for (let room = 0; room < 100; room++) book.debug({ room: `r${room}` }, room === 0 ? 1 : 60);

    expect(() => book.debug({ room: 'one more' }, 1)).toThrowError(/100 subjects/);
    expect(book.debug({ room: 'r5' }, 1)).toBeGreaterThan(0);
    clock.advance(1_000);
    expect(book.debug({ room: 'one more' }, 1)).toBeGreaterThan(0);
  });
});
