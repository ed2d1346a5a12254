import type { Plugin } from 'graphql-yoga';
import type { CompiledExecutor } from '../schema/index.js';

/** Executes queries by compiled plans where that is possible, and as before where it is not. */
export function useCompiledExecution(executor: CompiledExecutor): Plugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => executor.execute(args, executeFn));
    },
  };
}
