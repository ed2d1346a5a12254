import { type DocumentNode, type ExecutionArgs, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Scopes } from './access.js';
import { SharedExecutions } from './shared-executions.js';
import { executeOn, isSource, mapSource, openSource } from './subscription-source.js';

/**
 * How identical operations on a subscription field share executions.
 *
 * - `latest`: every result is the whole newest state, so there is one source and one execution, and a slow client skips.
 * - `events`: every client has a source of its own, which keeps its own place and tells of its own gaps; what comes out is
 *   executed once per value. This shares only where the source yields the same immutable object to all.
 *
 * A field that is not here is never shared: `graph` starts with a snapshot of its own for everybody.
 */
const SHARING: ReadonlyMap<string, 'latest' | 'events'> = new Map([
  ['stats', 'latest'],
  ['host', 'latest'],
  ['events', 'events'],
  ['alerts', 'events'],
]);

/**
 * Lets identical subscriptions, over whatever transport, share executions and the text of results. Identical are those with
 * the same document, operation name, variables and scopes.
 */
export function useSharedSubscriptions(executions = new SharedExecutions()): Plugin {
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
        const sharing = SHARING.get(rootField(args) ?? '');
        if (sharing === 'latest') return await executions.subscribeLatest(keyOf(args), args);
        if (sharing === 'events') return await executions.subscribeEvents(keyOf(args), args);
        const source = await openSource(args);
        return isSource(source) ? mapSource(source, (payload) => executeOn(args, payload)) : source;
      });
    },
  };
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
