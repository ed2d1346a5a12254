import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineBlock, type NewLabels } from '../../../plugins/prometheus/by-id/line-block.js';
import { PageMemory } from '../../../plugins/prometheus/expose/page-memory.js';
import { FixedPoint } from '../../../plugins/prometheus/series/fixed-point.js';
import { anyNumber, printedFixed } from '../../support/printed-numbers.js';

const SIZE = 6;
const WHOLE = new FixedPoint({ places: 0, scale: 1, rounded: false });
/** Digits after the point in two blocks. */
const PLACES = [0, 3] as const;

/** What stands in one line on one page. */
interface Line {
  readonly label: string;
  readonly value: number;
}

const line = fc.record({
  label: fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme', minLength: 1 })),
  value: fc.oneof(fc.constant(Number.NaN), fc.constantFrom(1, 2, 12, -0, 0, 0.5, 1.125), anyNumber),
});
const lines = fc.array(line, { minLength: SIZE, maxLength: SIZE });

/** Gives labels, and says which are not those of the page before. */
function labelsOf(now: readonly Line[], before: readonly Line[] | undefined): NewLabels {
  const bytesOf = (i: number): Buffer => Buffer.from(`{i="${now[i]!.label}"} `);
  return {
    others: Uint8Array.from(now, ({ label }, i) => Number(before === undefined || before[i]!.label !== label)),
    length: (i) => bytesOf(i).length,
    copy: (i, into, at) => into.set(bytesOf(i), at),
  };
}

function textOf(now: readonly Line[], places: number): string {
  const shown = now.filter(({ value }) => !Number.isNaN(value));
  return Buffer.from(
    shown.map(({ label, value }) => `m{i="${label}"} ${printedFixed(value, places)}\n`).join(''),
  ).toString();
}

it('keeps blocks of lines as they would be if each was written anew, as long as somebody reads their page', () => {
  // Two blocks share the memory. Readers take up to so many further pages; 99 never end.
  const page = fc.record({ blocks: fc.tuple(lines, lines), pagesRead: fc.constantFrom(0, 0, 1, 2, 3, 99) });
  fc.assert(
    fc.property(fc.array(page, { minLength: 1, maxLength: 25 }), (pages) => {
      const memory = new PageMemory();
      const blocks = PLACES.map(
        (places) => new LineBlock('m', new FixedPoint({ places, scale: 1, rounded: false }), SIZE, memory),
      );
      const read: { readonly until: number; readonly check: () => void; readonly end: () => void }[] = [];
      for (const [p, { blocks: contents, pagesRead }] of pages.entries()) {
        const end = memory.begin();
        for (const [b, block] of blocks.entries()) {
          const values = contents[b]!.map(({ value }) => value);
          block.update(Float64Array.of(Number.NaN, ...values), 1, labelsOf(contents[b]!, pages[p - 1]?.blocks[b]));

          expect(block.lines).toBe(contents[b]!.filter(({ value }) => !Number.isNaN(value)).length);
        }
        const bytes = blocks.map((block) => block.bytes);
        const check = (): void => {
          for (const [b, given] of bytes.entries()) expect(given.toString()).toBe(textOf(contents[b]!, PLACES[b]!));
        };
        read.push({ until: p + pagesRead, check, end });
        for (const reader of read) {
          if (reader.until >= p) reader.check();
          if (reader.until === p) reader.end();
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('gives the same block again while no value changes', () => {
  const block = new LineBlock('m', WHOLE, 2, new PageMemory());
  const update = (...values: number[]): Buffer => {
    const labels = [
      { label: 'a', value: 0 },
      { label: 'b', value: 0 },
    ];
    block.update(Float64Array.from(values), 0, labelsOf(labels, block.bytes.length === 0 ? undefined : labels));
    return block.bytes;
  };
  const first = update(1, 22);

  expect(update(1, 22)).toBe(first);
  expect(update(3, 23).toString()).toBe('m{i="a"} 3\nm{i="b"} 23\n');
});
