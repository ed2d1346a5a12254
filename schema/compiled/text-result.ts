import type { ExecutionResult } from 'graphql';
import type { Written } from './execution.js';

/** An answer without errors that is JSON already. */
export interface TextResult extends ExecutionResult {
  readonly stringify: () => string;
  /** The bytes of the whole answer in UTF-8, in order; empty for an answer that is small. */
  readonly parts: readonly Buffer[];
}

/** Wraps the JSON of an answer. Whoever wants the data itself has it parsed. */
export function textResult({ parts, rest }: Written): TextResult {
  const text = (): string => (parts.length === 0 ? rest : Buffer.concat(parts).toString());
  const result = { stringify: text, parts };
  return Object.defineProperty(result, 'data', {
    get: () => (JSON.parse(text()) as ExecutionResult).data,
    // A copy of all properties would parse it for nobody.
    enumerable: false,
  });
}
