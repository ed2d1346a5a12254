import { describe, expect, it } from 'vitest';
import { SignalIterator } from '../../../core/dispatch/signal-iterator.js';

function counted() {
  const values: number[] = [];
  let looks = 0;
  let ends = 0;
  const iterator = new SignalIterator(
    () => {
      looks++;
      return values.shift();
    },
    () => ends++,
  );
  return { values, iterator, looks: () => looks, ends: () => ends };
}

/** Whether it has resolved by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = {};
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, pending))])) !== pending;
}

describe('an iterator that is read in two steps', () => {
  it('takes nothing while it is waited for, however often it is woken', async () => {
    const { values, iterator, looks } = counted();
    expect(iterator.take()).toBeUndefined();
    const waiting = iterator.ready();

    values.push(1, 2);
    iterator.wake();
    iterator.wake();

    expect(await waiting).toBe(true);
    expect([looks(), values]).toEqual([1, [1, 2]]);
    expect([iterator.take(), iterator.take(), iterator.take()]).toEqual([1, 2, undefined]);
  });

  it('is not ready again after nothing was there, until it is woken', async () => {
    const { iterator } = counted();
    expect(await iterator.ready()).toBe(true);

    iterator.take();
    const waiting = iterator.ready();

    expect(await isSettled(waiting)).toBe(false);
    iterator.wake();
    expect(await waiting).toBe(true);
  });

  it('serves those first who wait for the value itself, and wakes nobody for nothing', async () => {
    const { values, iterator } = counted();
    const next = iterator.next();
    const ready = iterator.ready();

    iterator.wake();
    expect(await isSettled(ready)).toBe(false);
    values.push(1);
    iterator.wake();

    expect(await next).toEqual({ done: false, value: 1 });
    expect(await ready).toBe(true);
    expect(iterator.take()).toBeUndefined();
  });

  it('gives nothing after its end, and tells the end to those who wait', async () => {
    const { values, iterator, ends } = counted();
    iterator.take();
    const waiting = iterator.ready();

    await iterator.return();
    values.push(1);
    iterator.wake();

    expect([await waiting, await iterator.ready(), iterator.take()]).toEqual([false, false, undefined]);
    expect([ends(), values]).toEqual([1, [1]]);
  });
});
