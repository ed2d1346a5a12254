import type { Plugin } from 'graphql-yoga';
import { type CompiledExecutor, inOneText } from '../schema/index.js';
import type { QuickQueries } from './quick-queries.js';
import type { RequestContext } from './request-context.js';
import type { Subscriber } from './subscriber.js';

/** What Yoga and the WebSocket operations put into the context. */
interface Circumstances extends RequestContext {
  readonly request?: Request;
  readonly client?: Subscriber;
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
        const result = await whenReady(client, (leave) =>
          executor.execute(
            args,
            (same) => {
              // It may wait for whatever the resolvers of others wait for, and nobody else should.
              leave();
              return executeFn(same);
            },
            { signal: request?.signal ?? client },
          ),
        );
        if (req !== undefined && params?.query !== undefined && 'parts' in result) {
          quick.remember(params.query, args.document);
        }
        return client === undefined ? result : inOneText(result);
      });
    },
  };
}

/** Executes when the connection has room for the answer, if that is known; `leave` lets others go ahead before it is done. */
async function whenReady<T>(client: Subscriber | undefined, execute: (leave: () => void) => T): Promise<Awaited<T>> {
  if (client === undefined) return await execute(() => undefined);
  const leave = (): void => client.door.leave(client);
  await client.door.enterAlone(client);
  try {
    return await execute(leave);
  } finally {
    leave();
  }
}
