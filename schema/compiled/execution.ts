import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Abandoned } from './abandoned.js';

/** What one execution is of. */
export interface ExecutionInput {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Record<string, unknown>;
  readonly rootValue: unknown;
  readonly context: unknown;
  /** How long it may hold the event loop before it lets others have a turn, ms. */
  readonly maxTurnMs: number;
}

/** One field of one selection, as far as its resolver is told of it. */
export interface SelectedField {
  /** Number of the field within its operation. */
  readonly index: number;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  argsOf(variableValues: Record<string, unknown>): object;
}

/** What the resolver of a field gets besides its source: the same for every object of one execution. */
export interface FieldCall {
  readonly args: object;
  readonly info: GraphQLResolveInfo;
}

/** Items of lists between two looks at the clock. */
const ITEMS_PER_LOOK = 4;
/** Characters after which text is set aside, so that no turn ends with a large copy. */
const PART = 32_768;

/** One execution of a compiled operation: the text as far as it is written, and the time of this turn. */
export class Execution {
  readonly input: ExecutionInput;
  readonly context: unknown;
  /** The last piece of the text, to be added to. */
  text = '';
  readonly #parts: string[] = [];
  readonly #calls: (FieldCall | undefined)[] = [];
  #began = performance.now();
  #items = 0;
  #spoiled = false;

  constructor(input: ExecutionInput) {
    this.input = input;
    this.context = input.context;
  }

  /** Arguments and circumstances of a field. Throws what graphql-js throws for arguments. */
  callOf(field: SelectedField): FieldCall {
    const known = this.#calls[field.index];
    if (known !== undefined) return known;
    const { schema, operation, fragments, variableValues, rootValue } = this.input;
    const spoil = (): void => {
      this.#spoiled = true;
    };
    const made: FieldCall = {
      args: field.argsOf(variableValues),
      info: {
        fieldName: field.definition.name,
        fieldNodes: field.nodes,
        returnType: field.definition.type,
        parentType: field.parentType,
        get path(): never {
          spoil();
          throw new Abandoned('a resolver that asks for its path');
        },
        schema,
        fragments,
        rootValue,
        operation,
        variableValues,
      },
    };
    this.#calls[field.index] = made;
    return made;
  }

  /** To be called after each item of a list. Gives something to wait for when others are to have their turn. */
  breathe(): Promise<void> | undefined {
    if (++this.#items % ITEMS_PER_LOOK !== 0) return undefined;
    if (this.text.length > PART) this.#setAside();
    return performance.now() - this.#began > this.input.maxTurnMs ? this.#pause() : undefined;
  }

  /** All that was written. Throws `Abandoned` when a resolver did not learn what it asked for, whatever it made of that. */
  end(): string {
    if (this.#spoiled) throw new Abandoned('a resolver that asked for its path');
    this.#setAside();
    return this.#parts.length === 1 ? this.#parts[0]! : this.#parts.join('');
  }

  async #pause(): Promise<void> {
    this.#setAside();
    await nextTurn();
    this.#began = performance.now();
  }

  #setAside(): void {
    const { text } = this;
    // Looking into a text that was put together from many makes it one, which a later join would have to do for all at once.
    text.charCodeAt(text.length - 1);
    this.#parts.push(text);
    this.text = '';
  }
}
