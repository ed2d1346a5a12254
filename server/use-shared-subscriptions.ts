import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Scopes } from './access.js';
import { toBeSentOnce } from './execution-result.js';
import type { Held, Holdings } from './holdings.js';
import type { RequestContext } from './request-context.js';
import { type Identity, SharedExecutions } from './shared-executions.js';
import { subscriberOf } from './subscriber.js';
import { type Execute, executeOn, isSource, mapSource, openSource, type SourceStream } from './subscription-source.js';
import { TrackedStream } from './tracked-stream.js';

/** Fields whose every result is the whole newest state: one source and one execution for all, and a slow client skips results. */
const LATEST: ReadonlySet<string> = new Set(['stats', 'peer', 'host']);

/**
 * Fields that must not lose anything unsaid: every client keeps a source of its own, which knows its place and tells of its gaps;
 * what comes out of several sources is executed once. A field that is in neither list is never shared: `graph` starts with a
 * snapshot of its own for everybody.
 */
const EVENTS: ReadonlyMap<string, Identity> = new Map<string, Identity>([
  ['events', (item) => (item as { readonly event?: object }).event],
  ['alerts', (change) => change as object],
]);

/**
 * Lets identical subscriptions, over whatever transport, share executions and the text of results. Identical are those with
 * the same document, operation name, variables and scopes.
 */
export function useSharedSubscriptions(
  execute: Execute,
  holdingsOf: (context: RequestContext) => Holdings | undefined,
): Plugin {
  const executions = new SharedExecutions(execute);
  const documents = new WeakMap<DocumentNode, number>();
  let documentCount = 0;

  const keyOf = (args: ExecutionArgs): string => {
    // The parser's cache gives one node for one text; past its bound, operations merely are not shared.
    const document = documents.get(args.document) ?? documentCount++;
    documents.set(args.document, document);
    const scopes = [...((args.contextValue as { scopes?: Scopes }).scopes ?? [])].sort();
    return JSON.stringify([document, args.operationName ?? null, args.variableValues ?? {}, scopes]);
  };

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const field = rootField(args) ?? '';
        if (LATEST.has(field)) return await executions.subscribeLatest(keyOf(args), args);
        const identity = EVENTS.get(field);
        if (identity !== undefined) return await executions.subscribeEvents(keyOf(args), args, identity);
        const source = await openSource(args);
        if (!isSource(source)) return source;
        const resultOf = (payload: unknown) => executeOn(execute, args, payload);
        const subscriber = subscriberOf(args);
        return subscriber === undefined
          ? held(source, mapSource(source, resultOf), holdingsOf(args.contextValue as RequestContext))
          : mapSource(source, async (payload) => toBeSentOnce(await resultOf(payload)), subscriber);
      });
    },
  };
}

/** The same results; what their source holds is told to whoever looks after its client. */
function held(
  source: SourceStream & { readonly heldBytes?: number },
  results: AsyncIterableIterator<ExecutionResult>,
  holdings: Holdings | undefined,
): AsyncIterableIterator<ExecutionResult> {
  if (holdings === undefined) return results;
  const stream = new TrackedStream(results, () => holdings.delete(kept));
  const kept: Held = {
    get heldBytes() {
      return source.heldBytes ?? 0;
    },
    release: () => void stream.return(),
  };
  holdings.add(kept);
  return stream;
}

/** Name of the one field that a valid subscription selects; it may stand in a fragment. */
function rootField({ document, operationName }: ExecutionArgs): string | undefined {
  const visit = (set: SelectionSetNode): string | undefined => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) return selection.name.value;
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragment(document, selection.name.value);
      const name = inner === undefined ? undefined : visit(inner.selectionSet);
      if (name !== undefined) return name;
    }
    return undefined;
  };
  const operation = getOperationAST(document, operationName);
  return operation ? visit(operation.selectionSet) : undefined;
}

function fragment(document: DocumentNode, name: string): { readonly selectionSet: SelectionSetNode } | undefined {
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name) return definition;
  }
  return undefined;
}
