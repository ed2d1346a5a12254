import { schemaError } from './errors.js';
import { decodeToken, encodeToken } from './ids.js';

/** What a list is sorted by. Unknown (`null`) comes last in both directions. */
export interface Ordering<T> {
  readonly name: string;
  readonly descending: boolean;
  readonly value: (item: T) => number | string | null;
}

export interface PageRequest<T> {
  readonly runId: string;
  /** Names the kind of list, so that a cursor of another one is refused. */
  readonly list: string;
  readonly first: number;
  readonly after: string | null;
  /** Left out: by time of opening. */
  readonly ordering: Ordering<T> | null;
  /** Left out: all of them. */
  readonly matches: ((item: T) => boolean) | null;
  readonly keyOf: (item: T) => string;
  /** Ever larger in order of opening. */
  readonly opened: (item: T) => number;
  /** Whether the items are known to come in order of opening, no two opened at once: a page is then found without a look at each. */
  readonly inOrder?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Items that match, on all pages. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(item: T): string;
}

interface Position {
  readonly value: number | string | null;
  readonly opened: number;
  readonly key: string;
}

interface Entry<T> extends Position {
  readonly item: T;
}

/**
 * One page of a list. A cursor tells the place in the order, not a number of items, so an entity that closes meanwhile
 * moves nothing. Takes one pass over the items, and sorts only what the page needs.
 */
export function paginate<T>(items: readonly T[], request: PageRequest<T>): Page<T> {
  const { ordering, first, keyOf, opened, matches } = request;
  const after = request.after === null ? null : decodeCursor(request.after, request);
  const sortValue = ordering === null ? () => null : known(ordering.value);
  const compare = ordering?.descending === true ? compareDescending : compareAscending;
  const cursorOf = (item: T): string =>
    encodeToken([request.runId, request.list, orderName(ordering), sortValue(item), opened(item), keyOf(item)]);
  if (request.inOrder === true && ordering === null && matches === null) {
    const start = after === null ? 0 : countUpTo(items, after.opened, opened);
    const page = items.slice(start, start + first);
    const hasNextPage = start + page.length < items.length;
    return { items: page, totalCount: items.length, hasNextPage, hasPreviousPage: start > 0, cursorOf };
  }
  const page: Entry<T>[] = [];
  let totalCount = 0;
  let rest = 0;
  /** What opened later than this is behind a page that is full. */
  let behind = Infinity;
  for (const item of items) {
    if (matches !== null && !matches(item)) continue;
    totalCount++;
    const openedAt = opened(item);
    // Lists come in order of opening, so that most items are behind the page, and are not looked at any closer.
    if (openedAt > behind) {
      rest++;
      continue;
    }
    const entry = { item, value: sortValue(item), opened: openedAt, key: keyOf(item) };
    if (after !== null && compare(entry, after) <= 0) continue;
    rest++;
    keepSmallest(page, entry, first, compare);
    if (ordering === null && page.length === first) behind = page[first - 1]?.opened ?? behind;
  }
  return {
    items: page.map(({ item }) => item),
    totalCount,
    hasNextPage: rest > page.length,
    hasPreviousPage: totalCount > rest,
    cursorOf,
  };
}

/** How many of the items, which come in order, opened at this moment or before. */
function countUpTo<T>(items: readonly T[], moment: number, opened: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (opened(items[middle]!) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Keeps the `limit` smallest entries, sorted. */
function keepSmallest<E>(sorted: E[], entry: E, limit: number, compare: (a: E, b: E) => number): void {
  const last = sorted[sorted.length - 1];
  if (sorted.length === limit) {
    if (last === undefined || compare(entry, last) >= 0) return;
    sorted.pop();
  }
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle]!, entry) <= 0) low = middle + 1;
    else high = middle;
  }
  if (low === sorted.length) sorted.push(entry);
  else sorted.splice(low, 0, entry);
}

function compareAscending(a: Position, b: Position): number {
  return compareValues(a.value, b.value, 1) || compareAge(a, b);
}

function compareDescending(a: Position, b: Position): number {
  return compareValues(a.value, b.value, -1) || compareAge(a, b);
}

function compareValues(a: number | string | null, b: number | string | null, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}

/** Total: two items never compare as equal, or pages could lose one. */
function compareAge(a: Position, b: Position): number {
  if (a.opened !== b.opened) return a.opened - b.opened;
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function known<T>(value: (item: T) => number | string | null): (item: T) => number | string | null {
  return (item) => {
    const found = value(item);
    return typeof found === 'number' && !Number.isFinite(found) ? null : found;
  };
}

function orderName<T>(ordering: Ordering<T> | null): string {
  return ordering === null ? '' : `${ordering.name} ${ordering.descending ? 'DESC' : 'ASC'}`;
}

function decodeCursor<T>(cursor: string, request: PageRequest<T>): Position {
  const parts = decodeToken(cursor);
  const [runId, list, order, value, opened, key] = parts ?? [];
  if (parts?.length !== 6 || typeof opened !== 'number' || typeof key !== 'string') {
    throw schemaError('BAD_USER_INPUT', '`after` is not a cursor. Take it from pageInfo.endCursor or from an edge.');
  }
  if (runId !== request.runId) {
    throw schemaError(
      'STALE_CURSOR',
      `The cursor belongs to run ${String(runId)}; this is run ${request.runId}. Start again from the first page.`,
    );
  }
  if (list !== request.list || order !== orderName(request.ordering)) {
    throw schemaError(
      'BAD_USER_INPUT',
      `The cursor belongs to a list of ${String(list)} ordered by '${String(order)}'; keep orderBy while paging.`,
    );
  }
  return { value: typeof value === 'number' || typeof value === 'string' ? value : null, opened, key };
}
