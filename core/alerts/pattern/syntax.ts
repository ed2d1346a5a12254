/** What one character may be: code points from `first` to `last`, both included. */
export type CharRange = readonly [first: number, last: number];

/** A pattern as a tree. */
export type Syntax =
  | { readonly type: 'one'; readonly ranges: readonly CharRange[] }
  | { readonly type: 'all'; readonly parts: readonly Syntax[] }
  | { readonly type: 'any'; readonly choices: readonly Syntax[] }
  /** `most` may be `Infinity`. */
  | { readonly type: 'repeat'; readonly part: Syntax; readonly least: number; readonly most: number }
  | { readonly type: 'begin' }
  | { readonly type: 'end' };

const LAST_CODE_POINT = 0x10_ff_ff;
const NEWLINE = 0x0a;

/** All characters that are not in the ranges. */
export function complement(ranges: readonly CharRange[]): readonly CharRange[] {
  const others: CharRange[] = [];
  let next = 0;
  for (const [first, last] of ranges.toSorted(([a], [b]) => a - b)) {
    if (first > next) others.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  if (next <= LAST_CODE_POINT) others.push([next, LAST_CODE_POINT]);
  return others;
}

export const EXCEPT_NEWLINE = complement([[NEWLINE, NEWLINE]]);

/** `\d`, `\w` and `\s` as in RE2, that is of ASCII alone. */
export const NAMED_CLASSES: Readonly<Record<string, readonly CharRange[]>> = {
  d: [[0x30, 0x39]],
  w: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
};
