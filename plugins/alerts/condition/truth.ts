/** Three-valued: what is unknown is neither true nor false. */
export const TRUE = 1;
export const FALSE = 0;
export const UNKNOWN = -1;
export type Truth = typeof TRUE | typeof FALSE | typeof UNKNOWN;

export function truthOf(value: boolean | null): Truth {
  return value === null ? UNKNOWN : value ? TRUE : FALSE;
}
