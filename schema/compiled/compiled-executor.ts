import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
} from 'graphql';
import type { SchemaContext } from '../context.js';
import { PreparedDocument } from './prepared-document.js';
import { type TextResult, textResult } from './text-result.js';

/** Documents kept compiled; the one not used for longest makes room. */
const MOST_DOCUMENTS = 128;

type MaybePromise<T> = T | Promise<T>;

/**
 * Executes queries, and the selections of subscriptions, by plans made of their documents, straight to the text of the answer. Whatever
 * a plan does not cover (mutations, introspection, asynchronous resolvers, every answer with an error) is executed by graphql-js, from
 * the beginning and for the same moment: the answer is the same in any case.
 */
export class CompiledExecutor {
  readonly #schema: GraphQLSchema;
  readonly #documents = new Map<DocumentNode, PreparedDocument>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /**
   * Executes an operation that is valid. A `TextResult` has the text of the answer made already; `otherwise` executes what is not
   * compiled.
   */
  execute(
    args: ExecutionArgs,
    otherwise: (args: ExecutionArgs) => MaybePromise<ExecutionResult> = execute,
  ): MaybePromise<ExecutionResult | TextResult> {
    const prepared = this.#prepare(args);
    if (prepared === undefined) return otherwise(args);
    const { pin } = args.contextValue as SchemaContext;
    const fallBack = (): MaybePromise<ExecutionResult> => {
      pin.again();
      return otherwise(args);
    };
    try {
      pin.gather();
      const text = prepared();
      return typeof text === 'string' ? textResult(text) : text.then(textResult, fallBack);
    } catch {
      return fallBack();
    }
  }

  #prepare(args: ExecutionArgs): (() => MaybePromise<string>) | undefined {
    const { schema, document, contextValue, rootValue, operationName, fieldResolver, typeResolver } = args;
    const pin = (contextValue as Partial<SchemaContext> | null | undefined)?.pin;
    if (schema !== this.#schema || pin === undefined || fieldResolver || typeResolver) return undefined;
    const prepared = this.#documentOf(document);
    const operation = prepared.operation(operationName);
    if (operation === undefined) return undefined;
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], args.variableValues ?? {});
    const plan = coerced && prepared.plan(schema, operation, coerced);
    if (!plan) return undefined;
    return () =>
      plan.execute({
        schema,
        operation,
        fragments: prepared.fragments,
        variableValues: coerced,
        rootValue,
        context: contextValue,
        maxTurnMs: pin.maxTurnMs,
      });
  }

  #documentOf(document: DocumentNode): PreparedDocument {
    const prepared = this.#documents.get(document) ?? new PreparedDocument(document);
    this.#documents.delete(document);
    this.#documents.set(document, prepared);
    if (this.#documents.size > MOST_DOCUMENTS) {
      const [oldest] = this.#documents.keys();
      if (oldest !== undefined) this.#documents.delete(oldest);
    }
    return prepared;
  }
}
