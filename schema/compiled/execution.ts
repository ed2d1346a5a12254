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
import type { Blocks } from './blocks.js';
import { Cancelled } from './cancelled.js';
import { JsonOutput, type Written } from './json-output.js';
import type { KeptTexts } from './kept-texts.js';

/** Whoever waits for an answer. An `AbortSignal` is one. */
export interface Waiting {
  /** Whether it has gone. */
  readonly aborted: boolean;
}

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
  readonly signal: Waiting | undefined;
  /** Where texts are kept; `null` for an operation that is not known to be asked again. */
  readonly kept: KeptTexts | null;
  /** Where the answer is written. */
  readonly blocks: Blocks;
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

/** One execution of a compiled operation: the answer as far as it is written, and the time of this turn. */
export class Execution {
  readonly input: ExecutionInput;
  readonly context: unknown;
  readonly kept: KeptTexts | null;
  /** Where the answer is written. */
  output: JsonOutput;
  readonly #calls: (FieldCall | undefined)[] = [];
  #began = performance.now();
  #items = 0;
  #spoiled = false;

  constructor(input: ExecutionInput) {
    this.input = input;
    this.context = input.context;
    this.kept = input.kept;
    this.output = new JsonOutput(input.blocks);
    this.output.ascii('{"data":');
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
    return performance.now() - this.#began > this.input.maxTurnMs ? this.#pause() : undefined;
  }

  /** Writes something beside the answer, and gives where it is, to be copied at once and then released. */
  aside(write: (output: JsonOutput) => void): JsonOutput {
    const { output } = this;
    const beside = new JsonOutput(this.input.blocks);
    this.output = beside;
    write(beside);
    this.output = output;
    return beside;
  }

  /** All that was written. Throws `Abandoned` when a resolver did not learn what it asked for, whatever it made of that. */
  end(): Written {
    if (this.#spoiled) throw new Abandoned('a resolver that asked for its path');
    this.output.ascii('}');
    return this.output.end();
  }

  /** Throws `Cancelled` when nobody waits any more. */
  async #pause(): Promise<void> {
    await nextTurn();
    if (this.input.signal?.aborted === true) throw new Cancelled();
    this.#began = performance.now();
  }
}
