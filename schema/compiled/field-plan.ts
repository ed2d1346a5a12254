import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from 'graphql';
import { Abandoned } from './abandoned.js';
import type { SelectedField } from './execution.js';
import { refuseForeign } from './own-resolvers.js';
import type { ValueWriter } from './value-writer.js';

const NO_ARGUMENTS: object = Object.freeze({});

type Resolve = GraphQLFieldResolver<unknown, unknown>;

/** One field of one selection: how its value is got and written. */
export class FieldPlan implements SelectedField {
  readonly index: number;
  /** What stands before the value: brace or comma, and the name. */
  readonly before: Buffer;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly resolve: Resolve;
  readonly writer: ValueWriter;
  /** Whether the text of its value is always the same for the same object. */
  readonly settled: boolean;

  /** Throws `Abandoned` for a resolver of somebody else. */
  constructor(parts: {
    readonly index: number;
    readonly before: Buffer;
    readonly nodes: readonly FieldNode[];
    readonly definition: GraphQLField<unknown, unknown>;
    readonly parentType: GraphQLObjectType;
    readonly writer: ValueWriter;
    readonly settled: boolean;
  }) {
    this.index = parts.index;
    this.before = parts.before;
    this.nodes = parts.nodes;
    this.definition = parts.definition;
    this.parentType = parts.parentType;
    this.resolve = resolverOf(parts.definition);
    this.writer = parts.writer;
    this.settled = parts.settled;
  }

  argsOf(variableValues: Record<string, unknown>): object {
    const [node] = this.nodes;
    if (this.definition.args.length === 0 || node === undefined) return NO_ARGUMENTS;
    return getArgumentValues(this.definition, node, variableValues);
  }
}

function resolverOf({ name, resolve }: GraphQLField<unknown, unknown>): Resolve {
  if (resolve !== undefined && resolve !== defaultFieldResolver) {
    refuseForeign(resolve);
    return resolve;
  }
  return (source) => {
    if (typeof source !== 'object' || source === null) throw new Abandoned('a property of no object');
    const value = (source as Readonly<Record<string, unknown>>)[name];
    // graphql-js would call it.
    if (typeof value === 'function') throw new Abandoned('a method');
    return value;
  };
}
