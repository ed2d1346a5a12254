import type { Cursor } from '../fields/cursor.js';
import type { Field } from '../fields/field.js';

/** `null` is unknown. */
export function readField(field: Field, cursor: Cursor): number | string | boolean | null {
  const value = field.read(cursor);
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

/** As people read it: `12 %`, `1.25 Mbit/s`, `340 ms`. */
export function shown(field: Field, cursor: Cursor): string {
  const value = readField(field, cursor);
  if (value === null) return 'unknown';
  if (typeof value !== 'number' || field.type !== 'double') return String(value);
  switch (field.unit) {
    case 'ratio':
      return `${round(value * 100)} %`;
    case 'bits/s':
      return scaled(value, 1_000, 'bit/s');
    case 'bytes':
      return scaled(value, 1_024, 'B');
    case 'bytes/s':
      return scaled(value, 1_024, 'B/s');
    case '1/s':
      return `${round(value)}/s`;
    case 'ms':
    case 's':
      return `${round(value)} ${field.unit}`;
    default:
      return String(round(value));
  }
}

function scaled(value: number, base: number, unit: string): string {
  const step = Math.min(3, Math.max(0, Math.floor(Math.log(Math.max(1, Math.abs(value))) / Math.log(base))));
  return `${round(value / base ** step)} ${['', base === 1_000 ? 'k' : 'Ki', base === 1_000 ? 'M' : 'Mi', base === 1_000 ? 'G' : 'Gi'][step]}${unit}`;
}

/** Three digits that matter, and every digit before the point. */
function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
