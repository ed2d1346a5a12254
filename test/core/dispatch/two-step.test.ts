import { describe, expect, it } from 'vitest';
import { Conflated } from '../../../core/dispatch/conflated.js';
import { twoStep } from '../../../core/dispatch/two-step.js';

/** What is asked for one value after the other, and tells how often. */
function asked<T>(...values: readonly T[]) {
  let asks = 0;
  let returns = 0;
  const left = [...values];
  const iterator: AsyncIterator<T> = {
    next: async () => {
      asks++;
      const value = left.shift();
      return value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    return: async () => {
      returns++;
      return { done: true, value: undefined };
    },
  };
  return { iterator, asks: () => asks, returns: () => returns };
}

describe('an iterator that cannot be read in two steps', () => {
  it('is asked for one value at a time, which is held until it is taken', async () => {
    const { iterator, asks } = asked('a', 'b');
    const steps = twoStep(iterator);
    expect(steps.take()).toBeUndefined();

    expect(await Promise.all([steps.ready(), steps.ready()])).toEqual([true, true]);
    expect([await steps.ready(), asks()]).toEqual([true, 1]);

    expect([steps.take(), steps.take()]).toEqual(['a', undefined]);
    expect([await steps.ready(), steps.take()]).toEqual([true, 'b']);
    expect([await steps.ready(), steps.take()]).toEqual([false, undefined]);
  });

  it('is ended with what was held of it', async () => {
    const { iterator, returns } = asked('a');
    const steps = twoStep(iterator);
    await steps.ready();

    await steps.return?.();

    expect([steps.take(), returns()]).toEqual([undefined, 1]);
  });

  it('can be asked again after it failed', async () => {
    let failed = false;
    const steps = twoStep({
      next: async () => {
        if (failed) return { done: true, value: undefined };
        failed = true;
        throw new Error('not now');
      },
    });

    await expect(steps.ready()).rejects.toThrow('not now');
    expect(await steps.ready()).toBe(false);
  });
});

it('an iterator that can is read as it is', () => {
  const iterator = new Conflated<object>().subscribe();

  expect(twoStep(iterator)).toBe(iterator);
});
