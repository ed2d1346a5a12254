import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { Abandoned } from './abandoned.js';

/** Nodes that ask for the same field, by the name it has in the answer. */
export type SelectedFields = ReadonlyMap<string, readonly FieldNode[]>;

export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** What is asked of an object of a type, in the order of the answer: CollectFields of the specification. */
export function selectedFields(
  scope: SelectionScope,
  type: GraphQLObjectType,
  sets: readonly (SelectionSetNode | undefined)[],
): SelectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const set of sets) if (set !== undefined) collect(scope, type, set, fields, visited);
  return fields;
}

function collect(
  scope: SelectionScope,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fields: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (!isIncluded(scope, selection)) continue;
      const name = (selection.alias ?? selection.name).value;
      const nodes = fields.get(name);
      if (nodes === undefined) fields.set(name, [selection]);
      else nodes.push(selection);
    } else {
      const fragment = fragmentOf(scope, selection, visited);
      if (fragment !== undefined && appliesTo(scope, fragment, type)) {
        collect(scope, type, fragment.selectionSet, fields, visited);
      }
    }
  }
}

/** The fragment that a selection stands for, unless it is left out or was spread in this set before. */
function fragmentOf(
  scope: SelectionScope,
  selection: Exclude<SelectionNode, FieldNode>,
  visited: Set<string>,
): FragmentDefinitionNode | InlineFragmentNode | undefined {
  if (selection.kind === Kind.INLINE_FRAGMENT) return isIncluded(scope, selection) ? selection : undefined;
  const name = selection.name.value;
  if (visited.has(name) || !isIncluded(scope, selection)) return undefined;
  visited.add(name);
  return scope.fragments[name];
}

function isIncluded({ variableValues }: SelectionScope, node: SelectionNode): boolean {
  const { directives } = node;
  if (directives === undefined || directives.length === 0) return true;
  if (!directives.every(isKnown)) throw new Abandoned('a directive');
  return (
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false
  );
}

function isKnown({ name }: DirectiveNode): boolean {
  return name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;
}

function appliesTo(
  { schema }: SelectionScope,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined) return true;
  const condition = schema.getType(typeCondition.name.value);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}
