import type { Condition } from '../condition/compile.js';
import type { Timing } from '../state/track.js';
import type { Template } from '../report/template.js';
import type { Rule } from './rule.js';

/** A rule that was checked and can be evaluated. */
export interface ReadyRule {
  readonly rule: Rule;
  readonly isDefault: boolean;
  /** The definition as one text: what makes two rules the same. */
  readonly definition: string;
  readonly condition: Condition;
  readonly timing: Timing;
  readonly annotations: Readonly<Record<string, Template>>;
}
