import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { nearestName } from '../../../core/index.js';
import { type Scope, VARIABLES } from '../fields/scopes.js';
import { FIELDS } from '../fields/table.js';
import { ConditionError } from './rule-error.js';

type Cel = typeof import('@marcbachmann/cel-js');

const LIMITS = { maxAstNodes: 500, maxDepth: 50, maxListElements: 100, maxMapEntries: 0, maxCallArguments: 4 };

/** What else CEL has can run for long (`matches` is the regex engine of JavaScript; macros nest) or makes no sense over numbers. */
const CALLS = new Set(['has', 'startsWith', 'endsWith', 'contains']);
const OPERATORS = new Set([
  'value',
  'id',
  '.',
  '&&',
  '||',
  '!_',
  '-_',
  '?:',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  '/',
  'in',
  'list',
  'call',
  'rcall',
]);

/** CEL with the variables of one scope. */
export class Language {
  readonly #environment: Environment;
  readonly #serialize: Cel['serialize'];
  readonly #scope: Scope;

  /** `cel` is the module, loaded by whoever needs it. */
  constructor(cel: Cel, scope: Scope) {
    this.#scope = scope;
    this.#serialize = cel.serialize;
    this.#environment = new cel.Environment({ limits: LIMITS });
    for (const name of VARIABLES[scope]) {
      const schema = Object.fromEntries(Object.entries(FIELDS[name]).map(([field, { type }]) => [field, type]));
      this.#environment.registerVariable({ name, schema });
    }
    registerMixedNumbers(this.#environment);
  }

  /** The tree of a condition that may be used. Throws `ConditionError`. */
  parse(text: string): ASTNode {
    let parsed: ReturnType<Environment['parse']>;
    try {
      parsed = this.#environment.parse(text);
    } catch (error) {
      throw explained(error, text.length);
    }
    this.#checkWords(parsed.ast);
    const { valid, type, error } = parsed.check();
    if (!valid) throw explained(error, 0);
    if (type !== 'bool') throw new ConditionError(`a condition is true or false, this is of type ${type}`, 0);
    return parsed.ast;
  }

  /** The value of a part that reads no field. */
  constant(node: ASTNode): unknown {
    // Ranges leave parentheses out, so the part is written anew.
    return this.#environment.evaluate(this.#serialize(node));
  }

  /** As CEL itself evaluates it, with the given values: what the compiled condition is compared with. */
  evaluate(text: string, values: Readonly<Record<string, Readonly<Record<string, unknown>>>>): unknown {
    return this.#environment.evaluate(text, { ...values });
  }

  /** Refuses what the type checker would let pass, and tells better what it would refuse. */
  #checkWords(node: ASTNode): void {
    const { op, range } = node;
    if (!OPERATORS.has(op)) throw new ConditionError(`'${op}' cannot be used in a condition`, range.start);
    if (node.op === 'call' || node.op === 'rcall') this.#checkCall(node.args[0], range.start);
    if (node.op === 'id') this.#checkVariable(node.args, range.start);
    if (node.op === '.' && node.args[0].op === 'id') this.#checkField(node.args[0].args, node.args[1], range.end);
    for (const child of childrenOf(node)) this.#checkWords(child);
  }

  #checkCall(name: string, at: number): void {
    if (CALLS.has(name)) return;
    const why = name === 'matches' ? 'a regular expression can block the process' : 'it is not known here';
    throw new ConditionError(`function ${name} cannot be used: ${why}; there are ${[...CALLS].join(', ')}`, at);
  }

  #checkVariable(name: string, at: number): void {
    const known = VARIABLES[this.#scope];
    if (known.some((one) => one === name)) return;
    throw new ConditionError(
      `unknown variable '${name}'${meant(name, known)}; scope ${this.#scope} has ${known.join(', ')}`,
      at,
    );
  }

  #checkField(variable: string, field: string, end: number): void {
    const known = VARIABLES[this.#scope].find((one) => one === variable);
    if (known === undefined || Object.hasOwn(FIELDS[known], field)) return;
    const names = Object.keys(FIELDS[known]);
    throw new ConditionError(`${variable} has no field '${field}'${meant(field, names)}`, end - field.length);
  }
}

/** Parts of a node that are nodes themselves. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const args: unknown = node.args;
  const parts = Array.isArray(args) ? args.flat() : [args];
  return parts.filter((part): part is ASTNode => typeof part === 'object' && part !== null && 'op' in part);
}

function meant(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

/** CEL keeps whole numbers (`5`) and others (`0.5`) apart; to people they are numbers. */
function registerMixedNumbers(environment: Environment): void {
  const operations = {
    '+': (a: number, b: number) => a + b,
    '-': (a: number, b: number) => a - b,
    '*': (a: number, b: number) => a * b,
    '/': (a: number, b: number) => a / b,
    '==': (a: number, b: number) => a === b,
  } as const;
  for (const [sign, operation] of Object.entries(operations)) {
    const handler = (a: number | bigint, b: number | bigint): number | boolean => operation(Number(a), Number(b));
    const result = sign === '==' ? ': bool' : ': double';
    environment.registerOperator(`double ${sign} int${result}`, handler);
    // Equality works in both directions once it is there in one.
    if (sign !== '==') environment.registerOperator(`int ${sign} double${result}`, handler);
  }
  environment.registerOperator('double in list<int>: bool', (value: number, list: readonly bigint[]) =>
    list.some((one) => Number(one) === value),
  );
}

function explained(error: unknown, otherwise: number): ConditionError {
  const { summary, range, message } = error as { summary?: string; range?: { start: number }; message?: string };
  return new ConditionError((summary ?? message ?? 'cannot be read').split('\n')[0]!, range?.start ?? otherwise);
}
