import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

const MOST_DEPTH = 6;
const TEXTS = ['"blue"', '"ann"', '"ann-video"', '"nobody"', '"100"', '""'];
const CONDITIONS = ['', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: $yes)', ' @include(if: $no)'];

/**
 * Writes a query by choices: numbers, of which each is used once; when they are used up, the first of everything. `lists` are fields and the
 * types of their nodes that it asks for; left out, anything.
 */
export function randomQuery(
  schema: GraphQLSchema,
  choices: readonly number[],
  lists?: Readonly<Record<string, string>>,
): string {
  const text = new QueryText(schema, choices);
  const parts = Object.entries(lists ?? {}).map(
    ([field, type]) => `${field} { nodes ${text.selection(schema.getType(type)!, 3)} }`,
  );
  const selection = parts.length === 0 ? text.selection(schema.getQueryType()!, 0) : `{ ${parts.join(' ')} }`;
  return [`query ($yes: Boolean = true, $no: Boolean!) ${selection}`, ...text.fragments].join('\n');
}

class QueryText {
  /** Definitions of the fragments that were spread. */
  readonly fragments: string[] = [];
  readonly #schema: GraphQLSchema;
  readonly #choices: readonly number[];
  #next = 0;

  constructor(schema: GraphQLSchema, choices: readonly number[]) {
    this.#schema = schema;
    this.#choices = choices;
  }

  selection(type: GraphQLNamedType, depth: number): string {
    const parts = Array.from({ length: 1 + this.#choose(4) }, () => this.#part(type, depth));
    return `{ __typename ${parts.join(' ')} }`;
  }

  #part(type: GraphQLNamedType, depth: number): string {
    const condition = this.#pick(CONDITIONS);
    if (this.#choose(5) === 4 && isAbstractType(type)) {
      const inner = this.#pick(this.#schema.getPossibleTypes(type));
      return `... on ${inner.name}${condition} ${this.selection(inner, depth)}`;
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    if (depth < MOST_DEPTH && this.#choose(12) === 11) return this.#spread(type, condition, depth);
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < MOST_DEPTH || isLeafType(getNamedType(field.type)),
    );
    return fields.length === 0 ? '__typename' : this.#field(this.#pick(fields), condition, depth);
  }

  /** A named fragment, spread twice: the second time it has no effect. */
  #spread(type: GraphQLNamedType, condition: string, depth: number): string {
    const selection = this.selection(type, depth);
    const name = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${name} on ${type.name} ${selection}`);
    return `...${name}${condition} ...${name}`;
  }

  #field(field: GraphQLField<unknown, unknown>, condition: string, depth: number): string {
    const alias = this.#choose(6) === 5 ? `a${this.#choose(3)}: ` : '';
    const given = field.args.filter((arg) => isRequiredArgument(arg) || this.#choose(4) === 3);
    const args = given.map(({ name, type }) => `${name}: ${this.#value(type)}`).join(', ');
    const type = getNamedType(field.type);
    const inner = isLeafType(type) ? '' : ` ${this.selection(type, depth + 1)}`;
    return `${alias}${field.name}${args === '' ? '' : `(${args})`}${condition}${inner}`;
  }

  #value(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type)) return `[${this.#value(type.ofType)}]`;
    if (isEnumType(type)) return this.#pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || this.#choose(3) === 2,
      );
      return `{ ${fields.map(({ name, type: inner }) => `${name}: ${this.#value(inner)}`).join(', ')} }`;
    }
    if (type.name === 'Boolean') return this.#pick(['true', 'false']);
    return type.name === 'Int' || type.name === 'Float' ? `${this.#choose(7) - 1}` : this.#pick(TEXTS);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#choose(items.length)]!;
  }

  #choose(options: number): number {
    return (this.#choices[this.#next++] ?? 0) % options;
  }
}
