import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import type { Logger } from '../core/index.js';
import { withoutSuggestion } from './use-hidden-names.js';

export type MaskError = (error: unknown) => GraphQLError;

/**
 * Lets through what the schema meant to say and hides everything else: the client gets an id, the log the error with the
 * same id. An error gets one id however often it passes here.
 */
export function createMaskError(logger: Logger, suggestions: boolean): MaskError {
  const masked = new WeakMap<object, GraphQLError>();
  const seen = new WeakSet<GraphQLError>();

  return (error) => {
    if (error instanceof GraphQLError && seen.has(error)) return error;
    const known = typeof error === 'object' && error !== null ? masked.get(error) : undefined;
    if (known !== undefined) return known;

    const shown = meant(error) ? presentable(error, suggestions) : unexpected(error, logger);
    seen.add(shown);
    if (typeof error === 'object' && error !== null) masked.set(error, shown);
    return shown;
  };
}

/** Whether a `GraphQLError` was thrown on purpose, and not made by the executor around something else. */
function meant(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  return error.originalError === undefined || error.originalError === null || meant(error.originalError);
}

function unexpected(error: unknown, logger: Logger): GraphQLError {
  const id = randomUUID();
  const wrapper = error instanceof GraphQLError ? error : undefined;
  const cause = wrapper?.originalError ?? error;
  logger.error('Unexpected error in a GraphQL operation', {
    id,
    path: wrapper?.path?.join('.'),
    error: cause,
    stack: cause instanceof Error ? cause.stack : undefined,
  });
  return new GraphQLError('Unexpected error.', {
    nodes: wrapper?.nodes ?? null,
    path: wrapper?.path ?? null,
    extensions: { code: 'INTERNAL_SERVER_ERROR', id },
  });
}

/** Values of variables are coerced after validation, so their errors make suggestions of their own. */
function presentable(error: GraphQLError, suggestions: boolean): GraphQLError {
  if (!suggestions) error.message = withoutSuggestion(error.message);
  return error;
}
