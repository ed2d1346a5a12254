import { defaultFieldResolver, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { Abandoned } from './abandoned.js';

/** Functions of schemas that this package built: they answer at once, change nothing, and may be called again. */
const OWN = new WeakSet<object>();

/** Remembers what answers for a schema as this package's own. For the one who builds it, before anybody else can extend it. */
export function rememberOwn(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && type.resolveType) OWN.add(type.resolveType);
    if (!isObjectType(type)) continue;
    if (type.isTypeOf) OWN.add(type.isTypeOf);
    for (const { resolve } of Object.values(type.getFields())) {
      if (resolve !== undefined && resolve !== defaultFieldResolver) OWN.add(resolve);
    }
  }
  return schema;
}

/**
 * Throws for a function that somebody else put into the schema, before it is called: it may take its time or do something, and
 * graphql-js, which executes an operation that was given up from its beginning, would call it a second time.
 */
export function refuseForeign(answering: object): void {
  if (!OWN.has(answering)) throw new Abandoned('a resolver of somebody else');
}
