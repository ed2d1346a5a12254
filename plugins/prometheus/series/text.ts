/** A number as both exposition formats take it. */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return `${value}`;
}

/**
 * A bucket's bound as OpenMetrics wants it, and the same in the older format: otherwise a bucket would be two series, depending on
 * the format that was last scraped.
 */
export function boundText(bound: number): string {
  if (bound === Infinity) return '+Inf';
  if (bound !== 0 && (Math.abs(bound) < 1e-4 || Math.abs(bound) >= 1e6)) {
    const [mantissa = '', exponent = '0'] = bound.toExponential().split('e');
    const digits = `${Math.abs(Number(exponent))}`.padStart(2, '0');
    return `${mantissa}e${Number(exponent) < 0 ? '-' : '+'}${digits}`;
  }
  return Number.isInteger(bound) ? `${bound}.0` : `${bound}`;
}

/** What needs nothing done to it. */
const PLAIN = /^[ !#-[\]-~]*$/;
const SPECIAL = /[\\"\n]/;
const EVERY_SPECIAL = /[\\"\n]/g;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };
/** Longer values are cut: they are the application's, and stand in every line. */
const MOST_CHARACTERS = 128;

/** A label's value between its quotation marks. */
export function labelValueText(value: string): string {
  if (value.length <= MOST_CHARACTERS && PLAIN.test(value)) return value;
  const short = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS - 1)}…` : value;
  // A lone surrogate is no UTF-8, and one of them would spoil the whole page.
  const sound = LONE_SURROGATE.test(short) ? Buffer.from(short).toString() : short;
  return SPECIAL.test(sound) ? sound.replaceAll(EVERY_SPECIAL, (character) => ESCAPED[character]!) : sound;
}

/** `a="1",b="2"`, without braces; empty without labels. */
export function labelsText(names: readonly string[], values: readonly string[]): string {
  let text = '';
  for (const [i, name] of names.entries()) {
    text += `${i === 0 ? '' : ','}${name}="${labelValueText(values[i] ?? '')}"`;
  }
  return text;
}

/** A help text in the older format, which escapes two characters; in OpenMetrics a third. */
export function helpText(help: string): string {
  return help.replace(/[\\\n]/g, (character) => ESCAPED[character]!);
}
