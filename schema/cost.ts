import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { SchemaContext } from './context.js';

interface FieldCost {
  readonly field?: number;
  readonly multiplier?: number;
}

type CostOption = number | FieldCost | ((args: object, context: SchemaContext, field: unknown) => number | FieldCost);

type OperationInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues' | 'operation'>;

/** What an operation costs by estimate: the sum over its fields, each times the sizes of the lists around it. */
export function operationCost(info: OperationInfo, context: SchemaContext): number {
  const root = info.schema.getRootType(info.operation.operation);
  return root ? new CostWalk(info, context).selection(info.operation.selectionSet, root) : 0;
}

/** Remembers the cost of each selection set: fragments that spread fragments would take exponential time otherwise. */
class CostWalk {
  readonly #info: OperationInfo;
  readonly #context: SchemaContext;
  readonly #costs = new Map<SelectionSetNode, Map<GraphQLNamedType, number>>();

  constructor(info: OperationInfo, context: SchemaContext) {
    this.#info = info;
    this.#context = context;
  }

  selection(set: SelectionSetNode, type: GraphQLNamedType): number {
    let byType = this.#costs.get(set);
    if (byType === undefined) {
      byType = new Map();
      this.#costs.set(set, byType);
    }
    const known = byType.get(type);
    if (known !== undefined) return known;
    let cost = 0;
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        cost += this.#field(node, type);
      } else {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? this.#info.fragments[node.name.value] : node;
        const condition = fragment?.typeCondition?.name.value;
        const inner = condition === undefined ? type : this.#info.schema.getType(condition);
        if (fragment !== undefined && inner) cost += this.selection(fragment.selectionSet, inner);
      }
    }
    byType.set(type, cost);
    return cost;
  }

  #field(node: FieldNode, type: GraphQLNamedType): number {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    // Introspection reads what is in memory once per process; depth and tokens bound it.
    if (field === undefined) return 0;
    const { own, multiplier } = this.#costOf(node, field);
    if (node.selectionSet === undefined) return own;
    return own + multiplier * this.selection(node.selectionSet, getNamedType(field.type));
  }

  #costOf(node: FieldNode, field: GraphQLField<unknown, unknown>): { own: number; multiplier: number } {
    let option = field.extensions.complexity as CostOption | undefined;
    if (typeof option === 'function') {
      option = option(getArgumentValues(field, node, this.#info.variableValues), this.#context, field);
    }
    if (typeof option === 'object') return { own: option.field ?? 1, multiplier: Math.max(option.multiplier ?? 1, 1) };
    return { own: option ?? 1, multiplier: 1 };
  }
}
