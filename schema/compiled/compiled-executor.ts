import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  getOperationAST,
  type GraphQLSchema,
  OperationTypeNode,
  getVariableValues,
} from 'graphql';
import type { SchemaContext } from '../context.js';
import { Blocks } from './blocks.js';
import { Cancelled } from './cancelled.js';
import type { Waiting } from './execution.js';
import type { Written } from './json-output.js';
import { KeptTexts } from './kept-texts.js';
import { PreparedDocument } from './prepared-document.js';
import { type TextResult, textResult } from './text-result.js';

/** Documents kept compiled; the one not used for longest makes room. */
const MOST_DOCUMENTS = 128;

type MaybePromise<T> = T | Promise<T>;

export interface ExecuteOptions {
  /** Aborted when nobody waits for the answer any more. A query is not answered to its end then, whoever executes it. */
  readonly signal?: Waiting | undefined;
}

/**
 * Executes queries, and the selections of subscriptions, by plans made of their documents, straight to the text of the answer. Whatever
 * a plan does not cover (mutations, introspection, resolvers of somebody else, every answer with an error) is executed by graphql-js,
 * from the beginning and for the same moment: the answer is the same in any case. No resolver but this package's own is called twice.
 */
export class CompiledExecutor {
  readonly #schema: GraphQLSchema;
  readonly #documents = new Map<DocumentNode, PreparedDocument>();
  readonly #kept = new KeptTexts();
  readonly #blocks = new Blocks();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Documents that are kept compiled, at most 128. */
  get documents(): number {
    return this.#documents.size;
  }

  /**
   * Executes an operation that is valid. A `TextResult` has the text of the answer made already; `otherwise` executes what is not
   * compiled. The context may live on: nothing of the moment that the answer shows is kept in it.
   */
  execute(
    args: ExecutionArgs,
    otherwise: (args: ExecutionArgs) => MaybePromise<ExecutionResult> = execute,
    options: ExecuteOptions = {},
  ): MaybePromise<ExecutionResult | TextResult> {
    const result = this.#execute(args, otherwise, options);
    const pin = pinOf(args);
    if (result instanceof Promise) return result.finally(() => pin?.renew());
    pin?.renew();
    return result;
  }

  /**
   * To be called now and then: gives up what was kept of entities, and the memory for answers, if no operation has made use of it since the
   * last call.
   */
  forgetUnused(): void {
    this.#kept.forgetUnused();
    this.#blocks.forgetUnused();
  }

  #execute(
    args: ExecutionArgs,
    otherwise: (args: ExecutionArgs) => MaybePromise<ExecutionResult>,
    { signal }: ExecuteOptions,
  ): MaybePromise<ExecutionResult | TextResult> {
    if (signal !== undefined && isQuery(args)) pinOf(args)?.madeFor(signal);
    const prepared = this.#prepare(args, signal);
    if (prepared === undefined) return otherwise(args);
    const { pin } = args.contextValue as SchemaContext;
    const fallBack = (reason: unknown): MaybePromise<ExecutionResult> => {
      if (reason instanceof Cancelled) return { errors: [reason] };
      pin.again();
      return otherwise(args);
    };
    try {
      pin.gather();
      const written = prepared();
      return written instanceof Promise ? written.then(textResult, fallBack) : textResult(written);
    } catch (reason) {
      return fallBack(reason);
    }
  }

  #prepare(args: ExecutionArgs, signal: Waiting | undefined): (() => MaybePromise<Written>) | undefined {
    const { schema, document, contextValue, rootValue, operationName, fieldResolver, typeResolver } = args;
    const pin = pinOf(args);
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
        signal,
        kept: plan.isProven ? this.#kept : null,
        blocks: this.#blocks,
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

/** `undefined` for a context of somebody else. */
function pinOf({ contextValue }: ExecutionArgs): SchemaContext['pin'] | undefined {
  return (contextValue as Partial<SchemaContext> | null | undefined)?.pin;
}

/** A mutation that has begun does all it was asked to. */
function isQuery({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY;
}
