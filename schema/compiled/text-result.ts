import type { ExecutionResult } from 'graphql';
import type { Written } from './json-output.js';

/** An answer without errors that is JSON already. */
export interface TextResult extends ExecutionResult {
  readonly stringify: () => string;
  /** The bytes of the whole answer in UTF-8, in order; empty for an answer that is small. */
  readonly parts: readonly Buffer[];
  /**
   * Lets other answers be written where the parts are. To be called when nobody will look at them, or ask for the text, ever again; not
   * calling it costs a collection of garbage earlier.
   */
  readonly release: () => void;
}

/** Wraps the JSON of an answer. Whoever wants the data itself has it parsed. */
export function textResult({ parts, rest, release }: Written): TextResult {
  const text = (): string => (parts.length === 0 ? rest : Buffer.concat(parts).toString());
  const result = { stringify: text, parts, release };
  return Object.defineProperty(result, 'data', {
    get: () => (JSON.parse(text()) as ExecutionResult).data,
    // A copy of all properties would parse it for nobody.
    enumerable: false,
  });
}

/** The same result with its text as one, for whoever sends it so: it may wait long, and its bytes need not. Any other result as it is. */
export function inOneText(result: ExecutionResult | TextResult): ExecutionResult | TextResult {
  if (!('parts' in result) || result.parts.length === 0) return result;
  const rest = result.stringify();
  result.release();
  return textResult({ parts: [], rest, release: () => undefined });
}
