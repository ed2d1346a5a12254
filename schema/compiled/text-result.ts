import type { ExecutionResult } from 'graphql';

/** An answer without errors that is text already. */
export interface TextResult extends ExecutionResult {
  readonly stringify: () => string;
}

/** Wraps the JSON of an answer's data. Whoever wants the data itself has it parsed. */
export function textResult(data: string): TextResult {
  const text = `{"data":${data}}`;
  return Object.defineProperty({ stringify: () => text }, 'data', {
    get: () => (JSON.parse(text) as ExecutionResult).data,
    // A copy of all properties would parse it for nobody.
    enumerable: false,
  });
}
