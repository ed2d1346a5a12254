import type { Plugin } from 'graphql-yoga';
import type { CompiledExecutor } from '../schema/index.js';

/** Executes queries by compiled plans where that is possible, as before where it is not, and no longer than its client is there. */
export function useCompiledExecution(executor: CompiledExecutor): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => {
        const { request } = args.contextValue as { readonly request?: Request };
        return executor.execute(args, executeFn, { signal: request?.signal });
      });
    },
  };
}
