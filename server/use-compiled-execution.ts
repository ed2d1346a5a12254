import type { Plugin } from 'graphql-yoga';
import type { CompiledExecutor, Waiting } from '../schema/index.js';
import type { QuickQueries } from './quick-queries.js';
import type { RequestContext } from './request-context.js';

/** What Yoga and the WebSocket operations put into the context. */
interface Circumstances extends RequestContext {
  readonly request?: Request;
  readonly client?: Waiting;
  readonly params?: { readonly query?: string };
}

/**
 * Executes queries by compiled plans where that is possible, as before where it is not, and no longer than its client is there. What was
 * executed by a plan can be answered the quick way from then on.
 */
export function useCompiledExecution(executor: CompiledExecutor, quick: QuickQueries): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        const { req, request, client, params } = args.contextValue as Circumstances;
        if (req !== undefined && quick.gaveUp(req)) return await executeFn(args);
        const result = await executor.execute(args, executeFn, { signal: request?.signal ?? client });
        if (req !== undefined && params?.query !== undefined && 'parts' in result) {
          quick.remember(params.query, args.document);
        }
        return result;
      });
    },
  };
}
