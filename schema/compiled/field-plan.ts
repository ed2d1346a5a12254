import {
  defaultFieldResolver,
  type FieldNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from 'graphql';
import type { SelectedField } from './execution.js';
import type { ValueWriter } from './value-writer.js';

const NO_ARGUMENTS: object = Object.freeze({});

/** One field of one selection: how its value is got and written. */
export class FieldPlan implements SelectedField {
  readonly index: number;
  /** What stands before the value: brace or comma, and the name. */
  readonly before: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly writer: ValueWriter;

  constructor(parts: {
    readonly index: number;
    readonly before: string;
    readonly nodes: readonly FieldNode[];
    readonly definition: GraphQLField<unknown, unknown>;
    readonly parentType: GraphQLObjectType;
    readonly writer: ValueWriter;
  }) {
    this.index = parts.index;
    this.before = parts.before;
    this.nodes = parts.nodes;
    this.definition = parts.definition;
    this.parentType = parts.parentType;
    this.resolve = parts.definition.resolve ?? defaultFieldResolver;
    this.writer = parts.writer;
  }

  argsOf(variableValues: Record<string, unknown>): object {
    const [node] = this.nodes;
    if (this.definition.args.length === 0 || node === undefined) return NO_ARGUMENTS;
    return getArgumentValues(this.definition, node, variableValues);
  }
}
