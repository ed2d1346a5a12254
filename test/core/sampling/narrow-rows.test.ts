import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NarrowRows } from '../../../core/sampling/narrow-rows.js';

const STRIDE = 3;
const ROWS = 1_200;

const anyNumber = fc.oneof(
  fc.constantFrom(
    Number.NaN,
    0,
    1,
    254,
    255,
    256,
    16_777_217,
    2 ** 32,
    2 ** 53 - 1,
    1e300,
    Number.POSITIVE_INFINITY,
    -1,
  ),
  fc.nat(300),
  fc.maxSafeNat(),
  fc.double(),
  fc.nat(255).map((told) => told / 256),
  fc.float({ noNaN: true }),
);

describe('narrow rows', () => {
  it('tell exactly what was written to them, whatever else was, and however many came after', () => {
    const anyRow = fc.oneof(fc.nat(20), fc.nat(600), fc.nat(ROWS - 1));
    const write = fc.record({ row: anyRow, place: fc.nat(STRIDE - 1), value: anyNumber });
    const forget = fc.record({ row: anyRow });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: write }, forget), { maxLength: 60 }), (steps) => {
        const rows = new NarrowRows(STRIDE);
        const expected = new Map<number, number[]>();
        for (const step of steps) {
          const known = expected.get(step.row) ?? new Array<number>(STRIDE).fill(Number.NaN);
          expected.set(step.row, known);
          rows.reserve(step.row);
          if ('place' in step) {
            rows.set(step.row, step.place, step.value);
            known[step.place] = step.value;
          } else {
            rows.forget(step.row);
            known.fill(Number.NaN);
          }
        }
        for (const [row, values] of expected) {
          // Which zero it is makes no difference to any reader.
          expect([...rows.copyOf(row)].map((value) => value + 0)).toEqual(values.map((value) => value + 0));
        }
        for (let place = 0; place < STRIDE; place++) {
          const down = new Float64Array(ROWS + 1);
          rows.readDown(1, ROWS - 1, place, down, 2);
          const told = Array.from({ length: ROWS - 1 }, (_, i) => expected.get(i + 1)?.[place] ?? Number.NaN);
          expect(down.map((value) => value + 0)).toEqual(Float64Array.of(0, 0, ...told.map((value) => value + 0)));
        }
      }),
    );
  });

  it('are unknown before they are written, also where no room was made', () => {
    const rows = new NarrowRows(STRIDE);
    expect(rows.get(7, 1)).toBeNaN();
    rows.reserve(600);
    rows.set(600, 1, 5);

    expect([rows.get(600, 0), rows.get(600, 1), rows.get(599, 1), rows.get(2, 1)]).toEqual([
      Number.NaN,
      5,
      Number.NaN,
      Number.NaN,
    ]);
  });

  it('are unknown beyond the last that room was made for', () => {
    const rows = new NarrowRows(STRIDE);
    rows.reserve(3);
    rows.set(3, 0, 5);

    expect([rows.get(3, 0), rows.get(40, 0), rows.get(511, 0), rows.get(512, 0)]).toEqual([
      5,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });
});
