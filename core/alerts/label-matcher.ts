import { TextPattern } from './pattern/text-pattern.js';
import type { LabelMatcher } from './silence.js';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/;
const MOST_CHARACTERS = 1_024;

/** Compiled once for each matcher, for as long as somebody holds it. */
const PATTERNS = new WeakMap<LabelMatcher, TextPattern>();

/** Throws `RangeError`, with the label, for a matcher that cannot be used. */
export function checkMatcher(matcher: LabelMatcher): void {
  const { label, operator, value } = matcher;
  if (!LABEL_NAME.test(label)) {
    throw new RangeError(`a label to match is made of letters, digits and _, got '${label.slice(0, 80)}'`);
  }
  if (value.length > MOST_CHARACTERS) {
    throw new RangeError(`the value to match label ${label} with has more than ${MOST_CHARACTERS} characters`);
  }
  if (operator === '=~' || operator === '!~') patternOf(matcher);
}

/**
 * Whether an alert with these labels is meant. A label that it has not is the empty text. Takes time in proportion to the lengths of the
 * value and of the label, whatever the pattern. Throws as `checkMatcher` does for a pattern that is wrong.
 */
export function labelMatches(matcher: LabelMatcher, labels: Readonly<Record<string, string>>): boolean {
  const { label, operator, value } = matcher;
  const found = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  switch (operator) {
    case '=':
      return found === value;
    case '!=':
      return found !== value;
    case '=~':
      return patternOf(matcher).matches(found);
    case '!~':
      return !patternOf(matcher).matches(found);
  }
}

function patternOf(matcher: LabelMatcher): TextPattern {
  const known = PATTERNS.get(matcher);
  if (known !== undefined) return known;
  try {
    const pattern = new TextPattern(matcher.value);
    PATTERNS.set(matcher, pattern);
    return pattern;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RangeError(`label ${matcher.label}: the regular expression cannot be used, ${why}`, { cause: error });
  }
}
