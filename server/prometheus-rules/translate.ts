import { EVENT_COUNTS, EXPRESSIONS } from './expressions.js';

/** As much of a rule of alerts as an export needs. */
export interface RuleToExport {
  readonly name: string;
  readonly scope: string;
  readonly when: string;
}

export type Translation =
  | { readonly expr: string; readonly notes: readonly string[] }
  /** Why there is none. */
  | { readonly missing: string };

/** A comparison with a number or a text, or a field alone, perhaps with `!` before it. */
const TERM = /^(!?)\s*([a-z]\w*\.\w+)(?:\s*(==|!=|<=|>=|<|>)\s*(-?\d+(?:\.\d+)?|"[^"]*"))?$/i;

/** Scopes whose alerts are for one SFU, one machine or one worker: finer ones have no series of their own. */
const WITH_SERIES = new Set(['sfu', 'host', 'worker']);

/** The condition of a rule in PromQL, where that is possible: terms joined by `&&`, each of a field that has a metric. */
export function translate({ scope, when }: RuleToExport): Translation {
  const terms = when.split('&&').map((term) => TERM.exec(term.trim()));
  if (scope === 'event') return translateEvent(terms);
  if (!WITH_SERIES.has(scope))
    return { missing: `no metric tells a single ${scope}, which would be a series for each` };
  const parts: string[] = [];
  const notes = new Set<string>();
  for (const term of terms) {
    if (term === null) return { missing: 'its condition is more than comparisons of fields that are joined by &&' };
    const [, not = '', field = '', operator, value = ''] = term;
    const found = EXPRESSIONS[field] ?? { missing: `no metric tells ${field}` };
    if ('missing' in found) return found;
    if (scope === 'worker' && !field.startsWith('worker.'))
      return { missing: 'it compares a worker with the whole SFU' };
    if (value.startsWith('"') || (not !== '' && operator !== undefined))
      return { missing: `it compares ${field} with no number` };
    if (found.note !== undefined) notes.add(found.note);
    const compared = operator === undefined ? (not === '' ? '> 0' : '== 0') : `${operator} ${value}`;
    parts.push(`(${found.expr}) ${compared}`);
  }
  return { expr: parts.join('\nand '), notes: [...notes] };
}

function translateEvent(terms: readonly (RegExpExecArray | null)[]): Translation {
  const [term] = terms;
  const [, not, field, operator, value = ''] = term ?? [];
  const count = EVENT_COUNTS[value.slice(1, -1)];
  if (terms.length !== 1 || not !== '' || field !== 'event.type' || operator !== '==' || count === undefined) {
    return { missing: 'no metric counts just these events' };
  }
  return { expr: `${count} > 0`, notes: ['told by the first evaluation after the event, not at once'] };
}
