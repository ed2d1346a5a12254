import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineBlock, type NewLabels } from '../../../plugins/prometheus/by-id/line-block.js';
import { anyNumber, printed } from '../../support/printed-numbers.js';

const SIZE = 6;

/** What stands in one line on one page. */
interface Line {
  readonly label: string;
  readonly value: number;
}

const line = fc.record({
  label: fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: 'grapheme', minLength: 1 })),
  value: fc.oneof(fc.constant(Number.NaN), fc.constantFrom(1, 2, 12, -0, 0), anyNumber),
});
const page = fc.array(line, { minLength: SIZE, maxLength: SIZE });

/** Gives labels, and says which are not those of the page before. */
function labelsOf(lines: readonly Line[], before: readonly Line[] | undefined): NewLabels {
  return {
    isOther: (i) => before === undefined || before[i]!.label !== lines[i]!.label,
    bytes: (i) => Buffer.from(`{i="${lines[i]!.label}"} `),
  };
}

function textOf(lines: readonly Line[]): string {
  const shown = lines.filter(({ value }) => !Number.isNaN(value));
  return Buffer.from(shown.map(({ label, value }) => `m{i="${label}"} ${printed(value)}\n`).join('')).toString();
}

it('keeps blocks of lines as they would be if each was written anew, whatever values and owners come and go', () => {
  fc.assert(
    fc.property(fc.array(page, { minLength: 1, maxLength: 8 }), (pages) => {
      const block = new LineBlock('m', SIZE);
      const given = pages.map((lines, i) => {
        const values = Float64Array.from([Number.NaN, ...lines.map(({ value }) => value)]);
        block.update(values, 1, labelsOf(lines, pages[i - 1]));

        expect(block.lines).toBe(lines.filter(({ value }) => !Number.isNaN(value)).length);
        return { bytes: block.bytes, text: textOf(lines) };
      });

      // Only now: what was given must not change with what comes later.
      for (const { bytes, text } of given) expect(bytes.toString()).toBe(text);
    }),
    { numRuns: 500 },
  );
});

it('gives the same block again while no value changes, and one of the same length while no number gets longer', () => {
  const block = new LineBlock('m', 2);
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
  expect(first.toString()).toBe('m{i="a"} 1\nm{i="b"} 22\n');
});

it('lets nobody take a block away from the others who read it', () => {
  const block = new LineBlock('m', 1);
  block.update(Float64Array.of(1), 0, labelsOf([{ label: 'a', value: 1 }], undefined));

  try {
    structuredClone(block.bytes, { transfer: [block.bytes.buffer as ArrayBuffer] });
  } catch {
    // Newer versions of Node refuse; older ones copy.
  }
  expect(block.bytes.toString()).toBe('m{i="a"} 1\n');
});
