import type { ExecutionResult } from 'graphql';

/** A result that may carry its own JSON, made once for all who are sent it. */
export type SharedResult = ExecutionResult & { readonly stringify?: () => string };

/** Gives a result its text, made at the first need. One with errors gets none: what is shown of errors is decided later. */
export function withSharedText(result: ExecutionResult): SharedResult {
  if (result.errors !== undefined || 'stringify' in result) return result;
  let text: string | undefined;
  return {
    ...result,
    stringify: () => {
      text ??= JSON.stringify(result);
      return text;
    },
  };
}

/**
 * A result for one who is sent it, as text: it gives that once and lets go of it, and of the data, because graphql-ws keeps each result until
 * the next one. One with errors as it is.
 */
export function toBeSentOnce(result: SharedResult): SharedResult {
  if (result.errors !== undefined) return result;
  let left: SharedResult | undefined = result;
  return {
    stringify: () => {
      const given = left;
      if (given === undefined) throw new Error('The text of a result was asked for twice.');
      left = undefined;
      return given.stringify?.() ?? JSON.stringify(given);
    },
  };
}
