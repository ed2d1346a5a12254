import { expect, it } from 'vitest';
import { Floor } from '../../server/floor.js';

it('the floor is given to one at a time, in the order of asking, and kept until it is left', async () => {
  const floor = new Floor();
  const [a, b, c] = [{}, {}, {}];
  const had: object[] = [];

  expect(floor.take(a)).toBeUndefined();
  expect(floor.take(a)).toBeUndefined();
  const waiting = [b, c].map(async (who) => {
    await floor.take(who);
    had.push(who);
  });
  floor.leave(a);
  await waiting[0];

  expect(had).toEqual([b]);
  floor.leave(b);
  await waiting[1];
  expect(had).toEqual([b, c]);
  floor.leave(c);
  expect(floor.take(a)).toBeUndefined();
});

it('whoever leaves while it waits for the floor waits no more and is passed over', async () => {
  const floor = new Floor();
  const [a, b, c] = [{}, {}, {}];
  void floor.take(a);
  const waiting = floor.take(b);
  const next = floor.take(c);

  floor.leave(b);
  await waiting;
  expect(floor.take(b)).toBeInstanceOf(Promise);
  floor.leave(a);

  await next;
  expect(floor.take(c)).toBeUndefined();
});
