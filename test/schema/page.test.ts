import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ordering, type Page, type PageRequest, paginate } from '../../schema/page.js';

interface Item {
  readonly key: string;
  readonly opened: number;
  readonly value: number | null;
}

const items = fc.uniqueArray(
  fc.record({
    key: fc.string({ minLength: 1, maxLength: 4 }),
    // Few values, so that many are equal.
    opened: fc.integer({ min: 0, max: 5 }),
    value: fc.oneof(fc.constant(null), fc.constant(Number.NaN), fc.integer({ min: 0, max: 3 })),
  }),
  { selector: ({ key }) => key, maxLength: 40 },
);
const direction = fc.constantFrom('none', 'asc', 'desc');

function request(direction: string, first: number, after: string | null = null): PageRequest<Item> {
  const ordering: Ordering<Item> = { name: 'VALUE', descending: direction === 'desc', value: ({ value }) => value };
  return {
    runId: 'run',
    list: 'Item',
    first,
    after,
    ordering: direction === 'none' ? null : ordering,
    matches: ({ key }) => !key.startsWith('x'),
    keyOf: ({ key }) => key,
    opened: ({ opened }) => opened,
  };
}

function walk(all: readonly Item[], order: string, size: number): Item[] {
  const walked: Item[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page<Item> = paginate(all, request(order, size, after));
    walked.push(...page.items);
    const last = page.items.at(-1);
    if (!page.hasNextPage || last === undefined) return walked;
    after = page.cursorOf(last);
  }
}

describe('paging', () => {
  it('gives every matching item exactly once, whatever the size of the page and the order', () => {
    fc.assert(
      fc.property(items, direction, fc.integer({ min: 1, max: 7 }), (all, order, size) => {
        const walked = walk(all, order, size);

        const wanted = all.filter(({ key }) => !key.startsWith('x'));
        expect(walked.map(({ key }) => key).sort()).toEqual(wanted.map(({ key }) => key).sort());
      }),
    );
  });

  it('finds the same page of items that come in order without a look at each', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 7 }), fc.integer({ min: -1, max: 45 }), (all, size, cursor) => {
        const ordered = all.map((item, opened) => ({ ...item, opened: 2 * opened }));
        const asked = { ...request('none', size), matches: null };
        // Of an item that may have closed since.
        const last = ordered.find(({ opened }) => opened === cursor) ?? { key: 'gone', opened: cursor, value: null };
        const after = cursor < 0 ? null : paginate<Item>([], asked).cursorOf(last);

        const found = paginate(ordered, { ...asked, after, inOrder: true });
        const expected = paginate(ordered, { ...asked, after });

        expect({ ...found, cursorOf: null }).toEqual({ ...expected, cursorOf: null });
      }),
    );
  });

  it('sorts, with unknown values last in both directions and equal ones in order of opening', () => {
    fc.assert(
      fc.property(items, fc.constantFrom('asc', 'desc'), (all, order) => {
        const known = (value: number | null): number | null => (value === null || Number.isNaN(value) ? null : value);
        const sorted = walk(all, order, 3).map((item) => ({ ...item, value: known(item.value) }));

        for (const [index, next] of sorted.slice(1).entries()) {
          const { value, opened } = sorted[index]!;
          if (value === next.value) expect(opened).toBeLessThanOrEqual(next.opened);
          else if (value === null) expect(next.value).toBeNull();
          else if (next.value !== null) expect(order === 'asc' ? value < next.value : value > next.value).toBe(true);
        }
      }),
    );
  });

  it('counts all that match, and tells whether pages precede and follow', () => {
    const all = ['a', 'b', 'c', 'x'].map((key, opened) => ({ key, opened, value: null }));

    const first = paginate(all, request('none', 2));
    const second = paginate(all, request('none', 2, first.cursorOf(first.items[1]!)));

    expect(first).toMatchObject({ totalCount: 3, hasNextPage: true, hasPreviousPage: false });
    expect(second).toMatchObject({ totalCount: 3, hasNextPage: false, hasPreviousPage: true });
    expect(second.items.map(({ key }) => key)).toEqual(['c']);
  });

  it('goes on at the right place when items before the cursor have closed', () => {
    const all = ['a', 'b', 'c', 'd'].map((key, opened) => ({ key, opened, value: null }));
    const first = paginate(all, request('none', 2));
    const after = first.cursorOf(first.items[1]!);

    const rest = paginate(all.slice(2), request('none', 2, after));

    expect(rest.items.map(({ key }) => key)).toEqual(['c', 'd']);
  });

  it('gives only the count when the page is empty by wish', () => {
    const page = paginate([{ key: 'a', opened: 0, value: null }], request('none', 0));

    expect(page).toMatchObject({ items: [], totalCount: 1, hasNextPage: true });
  });

  it.each([
    ['no cursor at all', 'nonsense', 'not a cursor'],
    ['a cursor of another order', paginateCursor('asc'), 'keep orderBy'],
    ['a cursor of another run', paginateCursor('none', 'old'), 'belongs to run old'],
  ])('refuses %s', (_what, cursor, message) => {
    expect(() => paginate([], request('none', 2, cursor))).toThrow(message);
  });
});

function paginateCursor(order: string, runId = 'run'): string {
  const item = { key: 'a', opened: 0, value: 1 };
  return paginate([item], { ...request(order, 1), runId }).cursorOf(item);
}
