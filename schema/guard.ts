import type { GraphQLResolveInfo, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { SchemaContext, Scope } from './context.js';
import { operationCost } from './cost.js';
import { schemaError } from './errors.js';

const NEEDS: Readonly<Record<string, Scope>> = { query: 'read', subscription: 'read', mutation: 'control' };

/**
 * Puts the checks of scope and cost before every root field. They hold however the schema is served, and a subscription
 * is checked before it takes anything.
 */
export function guard(schema: GraphQLSchema, maxCost: number): GraphQLSchema {
  const passed = new WeakMap<object, OperationDefinitionNode>();
  const check = (context: SchemaContext, info: GraphQLResolveInfo): void => {
    if (passed.get(context) === info.operation) return;
    const needed = NEEDS[info.operation.operation] ?? 'control';
    if (!context.scopes.has(needed)) {
      throw schemaError(
        'FORBIDDEN',
        `A ${info.operation.operation} needs the scope '${needed}', which this token lacks.`,
      );
    }
    const cost = operationCost(info, context);
    if (cost > maxCost) {
      throw schemaError(
        'LIMIT',
        `This ${info.operation.operation} would cost ${Math.round(cost)}; the limit is ${maxCost}. ` +
          'Ask for fewer fields, smaller pages (first) or fewer lists inside lists.',
      );
    }
    passed.set(context, info.operation);
  };
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { resolve } = field;
      if (resolve === undefined) continue;
      field.resolve = (source, args, context: SchemaContext, info) => {
        check(context, info);
        return resolve(source, args, context, info);
      };
    }
  }
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const { subscribe } = field;
    if (subscribe === undefined) continue;
    field.subscribe = (source, args, context: SchemaContext, info) => {
      check(context, info);
      return subscribe(source, args, context, info);
    };
  }
  return schema;
}
