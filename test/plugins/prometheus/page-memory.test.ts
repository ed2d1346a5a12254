import { expect, it } from 'vitest';
import { PageMemory } from '../../../plugins/prometheus/expose/page-memory.js';

it('is used again once nobody reads the pages that show it, and not before', () => {
  const memory = new PageMemory();
  const endFirst = memory.begin();
  const first = memory.take(1_000);
  const endSecond = memory.begin();
  const second = memory.take(1_000);
  memory.give(first, 1);

  expect(second).not.toBe(first);
  expect(memory.take(1_000)).not.toBe(first);
  endFirst();
  expect(memory.take(1_000)).toBe(first);
  endSecond();
});

it('that was shown by a page whose reader never ended is not used again, and that of later pages is', () => {
  const memory = new PageMemory();
  memory.begin();
  const lost = memory.take(1_000);
  const taken: Buffer[] = [];
  for (let page = 2; page < 60; page++) {
    const end = memory.begin();
    taken.push(memory.take(1_000));
    if (page === 40) memory.give(lost, 1);
    else memory.give(taken.at(-1)!, page);
    end();
  }

  expect(taken).not.toContain(lost);
  expect(new Set(taken).size).toBeLessThan(taken.length);
});

it('keeps no more than the last page has taken', () => {
  const memory = new PageMemory();
  memory.begin()();
  const many = Array.from({ length: 10 }, () => memory.take(8_192));
  memory.begin()();
  for (const buffer of many) memory.give(buffer, 1);
  memory.take(8_192);
  memory.begin()();
  memory.begin()();

  expect(many).not.toContain(memory.take(8_192));
});

it('tells whether somebody may read a page before the last, also one that was given up waiting for', () => {
  const memory = new PageMemory();
  memory.begin();
  memory.begin()();
  const end = memory.begin();

  expect([1, 2, 3].map((since) => memory.isShown(since))).toEqual([true, false, false]);
  end();
  memory.begin();
  expect([1, 2, 3, 4].map((since) => memory.isShown(since))).toEqual([true, false, false, false]);
  for (let page = 5; page < 60; page++) memory.begin()();
  expect([1, 4, 5, 59].map((since) => memory.isShown(since))).toEqual([true, true, false, false]);
});

it('of one page alone is used again with the second page after it, once nobody reads the first', () => {
  const memory = new PageMemory();
  const endFirst = memory.begin();
  const first = memory.takeOnce(1_000);
  memory.begin()();

  expect(memory.takeOnce(1_000)).not.toBe(first);
  endFirst();
  memory.begin();
  expect([memory.takeOnce(1_000), memory.takeOnce(1_000)]).toContain(first);
});
