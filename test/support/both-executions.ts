import { type ExecutionArgs, type ExecutionResult, execute, OperationTypeNode, getOperationAST } from 'graphql';
import { CompiledExecutor, type SchemaContext } from '../../schema/index.js';
import type { TextResult } from '../../schema/compiled/text-result.js';

/** How often `executeBoth` executes what is no mutation. */
export const EXECUTIONS = 4;

const executors = new WeakMap<object, CompiledExecutor>();

function executorOf({ schema }: ExecutionArgs): CompiledExecutor {
  const executor = executors.get(schema) ?? new CompiledExecutor(schema);
  executors.set(schema, executor);
  return executor;
}

/** Executes compiled, and tells the text of the answer and whether graphql-js had to make it. */
export async function executeCompiled(args: ExecutionArgs): Promise<{ text: string; compiled: boolean }> {
  let compiled = true;
  const result = await executorOf(args).execute(args, (otherwise) => {
    compiled = false;
    return execute(otherwise) as ExecutionResult;
  });
  return { text: (result as Partial<TextResult>).stringify?.() ?? JSON.stringify(result), compiled };
}

/**
 * Executes with graphql-js, and thrice compiled with contexts of their own: all must say the same, to the letter. Mutations are executed
 * once, by graphql-js.
 */
export async function executeBoth(
  args: Omit<ExecutionArgs, 'contextValue'>,
  makeContext: () => SchemaContext,
): Promise<ExecutionResult> {
  // Of the same moment: something may change while one of them takes many turns.
  const [context, ...others] = Array.from({ length: EXECUTIONS }, () => pinned(makeContext()));
  const result = await execute({ ...args, contextValue: context });
  const operation = getOperationAST(args.document, args.operationName)?.operation;
  if (operation === undefined || operation === OperationTypeNode.MUTATION) return result;
  // Thrice: what the first leaves in its plan is used by the second, and what the second has kept by the third.
  for (const contextValue of others) {
    const { text } = await executeCompiled({ ...args, contextValue });
    const expected = JSON.stringify(result);
    if (text !== expected) throw new Error(`Compiled: ${text}\ngraphql-js: ${expected}`);
  }
  return result;
}

function pinned(context: SchemaContext): SchemaContext {
  void context.pin.snapshot;
  return context;
}
