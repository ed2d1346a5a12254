import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../core/testing/index.js';
import { Slices } from '../../../plugins/prometheus/collect/slices.js';
import { PageWriter } from '../../../plugins/prometheus/expose/page-writer.js';

it('puts text and bytes of any size together in their order', () => {
  const piece = fc.record({
    size: fc.constantFrom(1, 100, 16_384, 40_000, 65_536, 200_000),
    as: fc.constantFrom('text', 'bytes'),
  });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const writer = new PageWriter('text', new Slices(new ManualClock(), new AbortController().signal));
      let expected = '';
      for (const [i, { size, as }] of pieces.entries()) {
        const text = String.fromCharCode(97 + i).repeat(size);
        expected += text;
        if (as === 'text') writer.lines(text, 1);
        else writer.bytes(Buffer.from(text), 1);
      }
      const page = writer.end();

      expect(Buffer.concat([...page.plain]).toString() === expected).toBe(true);
      expect(page.series).toBe(pieces.length);
    }),
    { numRuns: 50 },
  );
});
