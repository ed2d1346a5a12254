import type { ASTNode } from '@marcbachmann/cel-js';
import type { Cursor } from '../fields/cursor.js';
import type { Field } from '../fields/field.js';
import type { Scope, Variable } from '../fields/scopes.js';
import { FIELDS } from '../fields/table.js';
import { childrenOf, type Language } from './language.js';
import { ConditionError } from './rule-error.js';
import { FALSE, TRUE, type Truth, truthOf, UNKNOWN } from './truth.js';

/** A field that a condition reads. */
export interface Mention {
  readonly variable: Variable;
  readonly name: string;
  readonly field: Field;
}

/** `column < threshold` and the like, which can be looked for in a column of samples. */
export interface Scan {
  readonly column: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==';
  readonly threshold: number;
}

export interface Condition {
  readonly test: (cursor: Cursor) => Truth;
  /** In the order of the text, each once. */
  readonly mentions: readonly Mention[];
  /** One of these must hold for the whole to hold; of the entity's own samples. Empty when there is nothing to look for. */
  readonly scans: readonly Scan[];
  /** Types of events for which it may hold; `null` when its text does not say. */
  readonly eventTypes: readonly string[] | null;
}

type Compiled =
  | { readonly type: 'number'; readonly get: (cursor: Cursor) => number; readonly constant?: number }
  | { readonly type: 'text'; readonly get: (cursor: Cursor) => string | null; readonly constant?: string }
  | { readonly type: 'truth'; readonly get: (cursor: Cursor) => Truth; readonly constant?: Truth };
type NumberPart = Extract<Compiled, { type: 'number' }>;
type TextPart = Extract<Compiled, { type: 'text' }>;

/**
 * Makes functions of a condition, which cost some ns where CEL's own evaluation costs half a microsecond, and know three values: what is
 * unknown makes unknown whatever it decides, as an error does in CEL. Throws `ConditionError`.
 */
export function compile(language: Language, text: string, scope: Scope): Condition {
  const tree = language.parse(text);
  const mentions = new Map<string, Mention>();
  const part = new Compiler(language, mentions).part(tree);
  if (part.type !== 'truth') throw new ConditionError('a condition must be true or false', 0);
  const conjuncts = conjunctsOf(tree);
  return {
    test: part.get,
    mentions: [...mentions.values()],
    scans: scansOf(tree, language, scope),
    eventTypes: scope === 'event' ? eventTypesOf(conjuncts) : null,
  };
}

class Compiler {
  readonly #language: Language;
  readonly #mentions: Map<string, Mention>;

  constructor(language: Language, mentions: Map<string, Mention>) {
    this.#language = language;
    this.#mentions = mentions;
  }

  part(node: ASTNode): Compiled {
    if (!readsField(node)) return constantPart(this.#language.constant(node), node);
    switch (node.op) {
      case '.':
        return this.#field(node);
      case '&&':
        return truth(and(this.#truth(node.args[0]), this.#truth(node.args[1])));
      case '||':
        return truth(or(this.#truth(node.args[0]), this.#truth(node.args[1])));
      case '!_':
        return truth(not(this.#truth(node.args)));
      case '-_': {
        const inner = this.#number(node.args);
        return { type: 'number', get: (c) => -inner.get(c) };
      }
      case '?:': {
        const [condition, yes, no] = node.args.map((arg) => this.#truth(arg)) as [Test, Test, Test];
        return truth((c) =>
          choose(
            condition(c),
            () => yes(c),
            () => no(c),
          ),
        );
      }
      case '+':
      case '-':
      case '*':
      case '/':
        return arithmetic(node.op, this.#number(node.args[0]), this.#number(node.args[1]));
      case '==':
      case '!=':
        return truth(this.#equality(node.args[0], node.args[1], node.op === '!='));
      case '<':
      case '<=':
      case '>':
      case '>=':
        return truth(comparison(node.op, this.#number(node.args[0]), this.#number(node.args[1])));
      case 'in':
        return truth(this.#membership(node.args[0], node.args[1]));
      case 'call':
        return truth(this.#has(node.args[1][0], node));
      case 'rcall':
        return truth(this.#textCall(node.args[0], node.args[1], node.args[2][0], node));
      default:
        throw new ConditionError(`'${node.op}' cannot be used in a condition`, node.range.start);
    }
  }

  #field(node: Extract<ASTNode, { op: '.' }>): Compiled {
    const [owner, name] = node.args;
    const field = owner.op === 'id' ? fieldOf(owner.args, name) : undefined;
    if (field === undefined) throw new ConditionError(`'${name}' is no field`, node.range.start);
    const variable = (owner as Extract<ASTNode, { op: 'id' }>).args as Variable;
    this.#mentions.set(`${variable}.${name}`, { variable, name, field });
    if (field.type === 'double') return { type: 'number', get: field.read };
    if (field.type === 'string') return { type: 'text', get: field.read };
    return truth((c) => truthOf(field.read(c)));
  }

  #truth(node: ASTNode): Test {
    const part = this.part(node);
    if (part.type !== 'truth') throw new ConditionError('true or false is needed here', node.range.start);
    return part.get;
  }

  #number(node: ASTNode): NumberPart {
    const part = this.part(node);
    if (part.type !== 'number')
      throw new ConditionError('only numbers can be compared or reckoned with', node.range.start);
    return part;
  }

  #text(node: ASTNode | undefined, at: number): TextPart {
    const part = node && this.part(node);
    if (part?.type !== 'text') throw new ConditionError('a text is needed here', node?.range.start ?? at);
    return part;
  }

  #equality(a: ASTNode, b: ASTNode, negated: boolean): Test {
    const left = this.part(a);
    const right = this.part(b);
    const test = equality(left, right);
    if (test === undefined) throw new ConditionError('the two sides cannot be compared', a.range.start);
    return negated ? not(test) : test;
  }

  #membership(element: ASTNode, list: ASTNode): Test {
    if (list.op !== 'list') throw new ConditionError('`in` needs a list such as ["a", "b"]', list.range.start);
    const values = new Set(list.args.map((node) => constantOf(this.part(node), node)));
    const part = this.part(element);
    if (part.type === 'number') {
      return (c) => {
        const value = part.get(c);
        return Number.isNaN(value) ? UNKNOWN : truthOf(values.has(value));
      };
    }
    if (part.type !== 'text')
      throw new ConditionError('only numbers and texts can be looked for in a list', element.range.start);
    return (c) => {
      const value = part.get(c);
      return value === null ? UNKNOWN : truthOf(values.has(value));
    };
  }

  #has(node: ASTNode | undefined, call: ASTNode): Test {
    if (node?.op !== '.') throw new ConditionError('has needs a field: has(producer.score)', call.range.start);
    const part = this.#field(node);
    if (part.type === 'number') return (c) => truthOf(!Number.isNaN(part.get(c)));
    if (part.type === 'text') return (c) => truthOf(part.get(c) !== null);
    return (c) => truthOf(part.get(c) !== UNKNOWN);
  }

  #textCall(name: string, receiver: ASTNode, argument: ASTNode | undefined, call: ASTNode): Test {
    const left = this.#text(receiver, call.range.start);
    const right = this.#text(argument, call.range.start);
    const holds = TEXT_CALLS[name];
    if (holds === undefined) throw new ConditionError(`function ${name} cannot be used so`, call.range.start);
    return (c) => {
      const value = left.get(c);
      const part = right.get(c);
      return value === null || part === null ? UNKNOWN : truthOf(holds(value, part));
    };
  }
}

type Test = (cursor: Cursor) => Truth;

const TEXT_CALLS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

function truth(get: Test): Compiled {
  return { type: 'truth', get };
}

function and(a: Test, b: Test): Test {
  return (c) => {
    const left = a(c);
    if (left === FALSE) return FALSE;
    const right = b(c);
    return right === FALSE ? FALSE : left === UNKNOWN ? UNKNOWN : right;
  };
}

function or(a: Test, b: Test): Test {
  return (c) => {
    const left = a(c);
    if (left === TRUE) return TRUE;
    const right = b(c);
    return right === TRUE ? TRUE : left === UNKNOWN ? UNKNOWN : right;
  };
}

function not(test: Test): Test {
  return (c) => {
    const value = test(c);
    return value === UNKNOWN ? UNKNOWN : value === TRUE ? FALSE : TRUE;
  };
}

function choose(condition: Truth, yes: () => Truth, no: () => Truth): Truth {
  return condition === UNKNOWN ? UNKNOWN : condition === TRUE ? yes() : no();
}

function arithmetic(operator: '+' | '-' | '*' | '/', a: NumberPart, b: NumberPart): NumberPart {
  switch (operator) {
    case '+':
      return { type: 'number', get: (c) => a.get(c) + b.get(c) };
    case '-':
      return { type: 'number', get: (c) => a.get(c) - b.get(c) };
    case '*':
      return { type: 'number', get: (c) => a.get(c) * b.get(c) };
    case '/':
      return { type: 'number', get: (c) => a.get(c) / b.get(c) };
  }
}

function comparison(operator: '<' | '<=' | '>' | '>=', a: NumberPart, b: NumberPart): Test {
  // Every comparison with NaN is false: one of the two is true unless a side is unknown.
  switch (operator) {
    case '<':
      return (c) => decide(a.get(c), b.get(c), (x, y) => x < y);
    case '<=':
      return (c) => decide(a.get(c), b.get(c), (x, y) => x <= y);
    case '>':
      return (c) => decide(a.get(c), b.get(c), (x, y) => x > y);
    case '>=':
      return (c) => decide(a.get(c), b.get(c), (x, y) => x >= y);
  }
}

function decide(x: number, y: number, holds: (x: number, y: number) => boolean): Truth {
  return holds(x, y) ? TRUE : Number.isNaN(x) || Number.isNaN(y) ? UNKNOWN : FALSE;
}

function equality(a: Compiled, b: Compiled): Test | undefined {
  if (a.type === 'number' && b.type === 'number') return (c) => decide(a.get(c), b.get(c), (x, y) => x === y);
  if (a.type === 'text' && b.type === 'text') {
    return (c) => {
      const left = a.get(c);
      const right = b.get(c);
      return left === null || right === null ? UNKNOWN : truthOf(left === right);
    };
  }
  if (a.type !== 'truth' || b.type !== 'truth') return undefined;
  return (c) => {
    const left = a.get(c);
    const right = b.get(c);
    return left === UNKNOWN || right === UNKNOWN ? UNKNOWN : truthOf(left === right);
  };
}

function constantPart(value: unknown, node: ASTNode): Compiled {
  if (typeof value === 'bigint') return { type: 'number', get: () => Number(value), constant: Number(value) };
  if (typeof value === 'number') return { type: 'number', get: () => value, constant: value };
  if (typeof value === 'string') return { type: 'text', get: () => value, constant: value };
  if (typeof value === 'boolean') return { type: 'truth', get: () => truthOf(value), constant: truthOf(value) };
  throw new ConditionError('only numbers, texts, true and false can be used', node.range.start);
}

function constantOf(part: Compiled, node: ASTNode): number | string {
  if (part.constant === undefined || part.type === 'truth') {
    throw new ConditionError('a list holds numbers or texts, no fields', node.range.start);
  }
  return part.constant;
}

function fieldOf(variable: string, name: string): Field | undefined {
  return Object.hasOwn(FIELDS, variable) ? FIELDS[variable as Variable][name] : undefined;
}

function readsField(node: ASTNode): boolean {
  return node.op === '.' || node.op === 'id' || childrenOf(node).some(readsField);
}

function conjunctsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjunctsOf) : [node];
}

/** Comparisons of which one must hold for the part to hold; empty when there are none to look for. */
function scansOf(node: ASTNode, language: Language, scope: Scope): readonly Scan[] {
  if (node.op === '&&') {
    const left = scansOf(node.args[0], language, scope);
    return left.length > 0 ? left : scansOf(node.args[1], language, scope);
  }
  if (node.op === '||') {
    const [left, right] = node.args.map((arg) => scansOf(arg, language, scope)) as [readonly Scan[], readonly Scan[]];
    return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
  }
  const scan = scanOf(node, language, scope);
  return scan === undefined ? [] : [scan];
}

function scanOf(node: ASTNode, language: Language, scope: Scope): Scan | undefined {
  if (!['<', '<=', '>', '>=', '=='].includes(node.op)) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  if (left.op !== '.' || left.args[0].op !== 'id' || left.args[0].args !== scope || readsField(right)) return undefined;
  const field = fieldOf(scope, left.args[1]);
  const threshold = language.constant(right);
  if (field?.type !== 'double' || field.sample === undefined) return undefined;
  if (typeof threshold !== 'number' && typeof threshold !== 'bigint') return undefined;
  return { column: field.sample, operator: node.op as Scan['operator'], threshold: Number(threshold) };
}

/** Of `event.type == "…"` and `event.type in […]`. */
function eventTypesOf(conjuncts: readonly ASTNode[]): readonly string[] | null {
  for (const node of conjuncts) {
    if (node.op !== '==' && node.op !== 'in') continue;
    const [left, right] = node.args;
    const isType =
      left.op === '.' && left.args[0].op === 'id' && left.args[0].args === 'event' && left.args[1] === 'type';
    if (!isType) continue;
    const values = right.op === 'list' ? right.args : [right];
    const types = values.flatMap(({ op, args }) => (op === 'value' && typeof args === 'string' ? [args] : []));
    if (types.length === values.length) return types;
  }
  return null;
}
