import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK, Blocks } from '../../../schema/compiled/blocks.js';
import { JsonOutput } from '../../../schema/compiled/json-output.js';
import { inOneText, textResult } from '../../../schema/compiled/text-result.js';

type Piece = readonly [kind: 'text' | 'ascii' | 'bytes' | 'byte' | 'number', text: string];

/** Writes each piece in its way. */
function writeTo(output: JsonOutput, pieces: readonly Piece[]): void {
  for (const [kind, text] of pieces) {
    if (kind === 'text') output.text(text);
    else if (kind === 'ascii') output.ascii(text);
    else if (kind === 'number') output.number(Number(text));
    else if (kind === 'byte') for (const code of Buffer.from(text)) output.byte(code);
    else output.bytes(Buffer.from(`<${text}>`), 1, 1 + Buffer.byteLength(text));
  }
}

function endOf(output: JsonOutput): string {
  const { parts, rest } = output.end();
  return parts.length === 0 ? rest : Buffer.concat(parts).toString();
}

const ascii = fc.string({ unit: 'binary-ascii', maxLength: 60 });
const any = fc.string({ unit: 'binary', maxLength: 60 });
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()).map(String);
const long = fc.tuple(any, fc.nat({ max: 4_000 })).map(([text, times]) => text.repeat(times));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.tuple(fc.constant('text' as const), any),
  fc.tuple(fc.constantFrom('text' as const, 'bytes' as const), long),
  fc.tuple(fc.constantFrom('ascii' as const, 'bytes' as const, 'byte' as const), ascii),
  fc.tuple(fc.constant('number' as const), number),
);

const blocks = new Blocks();

describe('an output', () => {
  it('holds what was written to it, in whatever way and however long', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.nat({ max: 65_536 }), (pieces, filled) => {
        const output = new JsonOutput(blocks);
        output.text('-'.repeat(filled));
        writeTo(output, pieces);
        const expected = '-'.repeat(filled) + pieces.map(([, text]) => text).join('');
        expect(output.length).toBe(Buffer.byteLength(expected));
        expect(Buffer.concat(output.pieces).toString()).toBe(expected);
        expect(endOf(output)).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['byte', '{'],
    ['number', '-123456789.012345'],
    ['ascii', 'a'.repeat(20)],
    ['text', 'é'.repeat(10)],
    ['bytes', 'b'.repeat(20)],
    ['bytes', 'b'.repeat(60)],
  ] satisfies Piece[])('holds a %s that does not fit into what is left of a block', (kind, text) => {
    const full = Buffer.alloc(BLOCK, '-');
    for (let left = 0; left <= 64; left++) {
      const output = new JsonOutput(blocks);
      output.bytes(full, 0, BLOCK - left);
      writeTo(output, [[kind, text]]);
      expect(endOf(output), `${left} left`).toBe('-'.repeat(BLOCK - left) + text);
    }
  });

  it('holds a copy of bytes, however many', () => {
    const source = Buffer.alloc(2 * BLOCK, 'a');
    const output = new JsonOutput(blocks);
    output.bytes(source, 0, source.length);
    source.fill('b');

    expect(endOf(output)).toBe('a'.repeat(2 * BLOCK));
  });

  it('keeps what is its own until it is released, whatever is written to the next', () => {
    const first = new JsonOutput(blocks);
    writeTo(first, [
      ['text', 'a'.repeat(200_000)],
      ['ascii', 'a'],
    ]);
    const { parts, release } = first.end();
    const second = new JsonOutput(blocks);
    const third = new JsonOutput(blocks);
    writeTo(second, [
      ['text', 'b'.repeat(20_000)],
      ['text', 'b'.repeat(20_000)],
      ['text', 'b'.repeat(20_000)],
    ]);
    writeTo(third, [['text', 'c'.repeat(20_000)]]);

    expect(Buffer.concat(parts).toString()).toBe('a'.repeat(200_001));
    release();
    expect(endOf(second)).toBe('b'.repeat(60_000));
    expect(endOf(third)).toBe('c'.repeat(20_000));
  });

  it('gives its blocks back once, however often it is released', () => {
    const few = new Blocks();
    const output = new JsonOutput(few);
    for (let n = 0; n < 200; n++) output.text('a'.repeat(1_000));
    const { release } = output.end();
    expect(few.spare).toBe(0);

    release();
    const { spare } = few;
    release();

    expect(spare).toBeGreaterThan(2);
    expect(few.spare).toBe(spare);
    const taken = Array.from({ length: spare }, () => few.take());
    expect(new Set(taken).size).toBe(spare);
  });
});

describe('blocks', () => {
  it('wait for the next answer, at most 80 of them, until there was none for a while', () => {
    const many = new Blocks();
    const taken = Array.from({ length: 100 }, () => many.take());
    for (const block of taken) many.give(block);
    expect(many.spare).toBe(80);

    many.forgetUnused();
    expect(many.spare).toBe(80);
    many.forgetUnused();
    expect(many.spare).toBe(0);
  });
});

describe('a result in one text', () => {
  it('says the same, and holds no blocks', () => {
    const few = new Blocks();
    const output = new JsonOutput(few);
    const data = { long: 'é'.repeat(100_000) };
    output.text('{"data":{"long":"');
    for (let n = 0; n < 100; n++) output.text('é'.repeat(1_000));
    output.ascii('"}}');
    const result = textResult(output.end());
    expect(few.spare).toBe(0);

    const whole = inOneText(result);

    expect(few.spare).toBeGreaterThan(2);
    for (let n = 0; n < few.spare; n++) few.take().fill(0);
    expect(whole).toMatchObject({ parts: [] });
    expect(whole.data).toEqual(data);
    expect(inOneText(whole)).toBe(whole);
  });
});
