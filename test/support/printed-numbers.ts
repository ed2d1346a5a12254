import fc from 'fast-check';

/** Numbers as measurements have them, and as nobody expects them. */
export const anyNumber = fc.oneof(
  fc.double({ noNaN: true }),
  fc.maxSafeInteger(),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.tuple(fc.nat({ max: 2 ** 45 }), fc.constantFrom(8, 256, 1e3, 1e6, 1e8, 1e9)).map(([n, by]) => n / by),
  fc.constantFrom(0, -0, 1e15, -1e15, 1e15 - 1, 1e9, 1e9 - 1, 1e21, 1e-6, 1e-7, 5e-324, 2 ** 53, 999_999_999.999_999),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity),
);

/** As the exposition formats take it. */
export function printed(value: number): string {
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf';
}

/** The same with always so many digits after the point, for numbers that are no others then and have at most 15 digits. */
export function printedFixed(value: number, places: number): string {
  const isFixed = value >= 0 && value * 10 ** places < 1e15 && Number(value.toFixed(places)) === value;
  return isFixed ? value.toFixed(places) : printed(value);
}
