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
