import { describe, expect, it } from 'vitest';
import { SignalIterator } from '../../../core/index.js';
import { Expanded } from '../../../schema/live/expanded.js';

/** Digits of each number, one by one; none of 0. */
function digits(...numbers: readonly number[]) {
  const left = [...numbers];
  const source = new SignalIterator(
    () => left.shift(),
    () => undefined,
  );
  const expanded = new Expanded(source, (number) => (number === 0 ? [] : `${number}`.split('')));
  return { left, source, expanded };
}

describe('items made of the items of another iterator', () => {
  it('are taken one by one, and what is made of none is passed over', () => {
    const { left, expanded } = digits(0, 12, 0, 3);

    expect([expanded.take(), expanded.unfinished]).toEqual(['1', true]);
    expect(left).toEqual([0, 3]);
    expect([expanded.take(), expanded.unfinished]).toEqual(['2', false]);
    expect([expanded.take(), expanded.unfinished]).toEqual(['3', false]);
    expect(expanded.take()).toBeUndefined();
  });

  it('are made of nothing before they are taken', async () => {
    const { left, expanded } = digits(12);

    expect(await expanded.ready()).toBe(true);

    expect(left).toEqual([12]);
  });

  it('that belong to one are all given, though the other has ended', async () => {
    const { source, expanded } = digits(12, 3);
    expanded.take();

    source.end();

    expect(await expanded.next()).toEqual({ done: false, value: '2' });
    expect([await expanded.ready(), await expanded.next()]).toEqual([false, { done: true, value: undefined }]);
  });

  it('are given up when it is ended, and end the other', async () => {
    const { source, expanded } = digits(12);
    expanded.take();

    await expanded.return();

    expect([expanded.unfinished, expanded.take(), await expanded.ready()]).toEqual([false, undefined, false]);
    expect(source.ended).toBe(true);
  });

  it('are the same of an iterator that is read in one step only', async () => {
    const expanded = new Expanded(
      (async function* () {
        yield 12;
        yield 0;
        yield 3;
      })(),
      (number) => (number === 0 ? [] : `${number}`.split('')),
    );
    const given: string[] = [];

    for await (const digit of expanded) given.push(digit);

    expect(given).toEqual(['1', '2', '3']);
  });
});
