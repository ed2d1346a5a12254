import type { ExecutionResult, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { MaskError } from './mask-error.js';

/** Errors as they go to a client: masked, and without what was meant for the HTTP status. */
export function formatErrors(errors: readonly unknown[], mask: MaskError): GraphQLFormattedError[] {
  return errors.flatMap((error) => parts(error)).map((error) => formatError(mask(error)));
}

/** A result as it goes to a client. */
export function formatResult(result: ExecutionResult, mask: MaskError): FormattedExecutionResult {
  const { errors, data, extensions } = result;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: formatErrors(errors, mask) }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

function parts(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}

function formatError(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  const { http: _http, unexpected: _unexpected, ...shown } = extensions ?? {};
  return Object.keys(shown).length === 0 ? rest : { ...rest, extensions: shown };
}
