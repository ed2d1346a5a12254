/** A whole number from 0 as the kernel prints it; `null` for anything else. */
export function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}
