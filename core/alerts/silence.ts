import type { EntityKey } from '../model/entity.js';

/** `=~` and `!~` match the whole value, as in Alertmanager. A label that an alert has not is the empty text. */
export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;

export interface LabelMatcher {
  readonly label: string;
  readonly operator: (typeof MATCH_OPERATORS)[number];
  readonly value: string;
}

/** Which alerts a silence covers: all given fields must match. */
export interface SilenceMatcher {
  readonly name?: string;
  readonly entity?: EntityKey;
  readonly room?: string;
  readonly peer?: string;
  /** All must match; at most 20. */
  readonly labels?: readonly LabelMatcher[];
}

export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  /** Wall time in ms. */
  readonly until: number;
  readonly by: string;
  readonly comment: string;
}
