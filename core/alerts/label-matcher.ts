import type { LabelMatcher } from './silence.js';

/** Throws `RangeError` for a matcher that cannot be used. */
export function checkMatcher({ label, operator }: LabelMatcher): void {
  if (operator === '=~' || operator === '!~') {
    throw new RangeError(`the matcher of label ${label} uses ${operator}; use = or !=`);
  }
}

/** Whether an alert with these labels is meant. A label that it has not is the empty text. */
export function labelMatches(
  { label, operator, value }: LabelMatcher,
  labels: Readonly<Record<string, string>>,
): boolean {
  const found = labels[label] ?? '';
  return operator === '=' ? found === value : found !== value;
}
