/** One `name{label="…"}` in an expression. */
export interface Selector {
  readonly name: string;
  readonly labels: readonly string[];
  /** Whether it is a range, `[5m]`. */
  readonly range: boolean;
}

export interface ExpressionNames {
  readonly selectors: readonly Selector[];
  /** Labels in `by (…)`, `on (…)` and the like. */
  readonly groupings: readonly string[];
}

const TOKEN = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|[\d.]+(?:e[+-]?\d+|[a-z]+)*|[=!]~|[=!<>]=|\S/g;
const IDENTIFIER = /^[a-zA-Z_:]/;
const GROUPING = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'atan2', 'inf', 'nan']);
const MATCHERS = new Set(['=', '!=', '=~', '!~']);

/** The metrics and labels that a PromQL expression names. Whether it is well-formed is for Prometheus to say. */
export function namesIn(expr: string): ExpressionNames {
  const tokens: readonly string[] = expr.match(TOKEN) ?? [];
  const selectors: Selector[] = [];
  const groupings: string[] = [];
  const closing = (bracket: string, from: number): number => {
    const end = tokens.indexOf(bracket, from);
    if (end < 0) throw new SyntaxError(`a bracket stays open: ${expr}`);
    return end;
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    const next = tokens[at + 1] ?? '';
    if (!IDENTIFIER.test(token) || OPERATORS.has(token)) continue;
    if (GROUPING.has(token)) {
      if (next !== '(') continue;
      const end = closing(')', at);
      groupings.push(...tokens.slice(at + 2, end).filter((name) => name !== ','));
      at = end;
    } else if (next !== '(' && !GROUPING.has(next)) {
      const end = next === '{' ? closing('}', at) : at;
      const labels = tokens.slice(at + 1, end).filter((_, index, inside) => MATCHERS.has(inside[index + 1] ?? ''));
      selectors.push({ name: token, labels, range: tokens[end + 1]?.startsWith('[') === true });
      at = end;
    }
  }
  return { selectors, groupings };
}
