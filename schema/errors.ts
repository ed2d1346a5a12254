import { GraphQLError } from 'graphql';

/**
 * `extensions.code` of every error this schema makes on purpose. Anything else is a defect, and the server masks it.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'An argument is out of its range or contradicts another one.',
  NOT_FOUND: 'What an argument names has closed or never existed in this run.',
  FORBIDDEN: 'The caller lacks the scope the operation needs.',
  STALE_CURSOR: 'A cursor or id comes from an earlier run of the monitor; start again without it.',
  LIMIT: 'The operation is bigger than a limit allows; the message names the limit.',
  TIMEOUT: 'The SFU did not answer in time.',
} as const;

export type SchemaErrorCode = keyof typeof ERROR_CODES;

/** An error whose message and code are meant for the caller. */
export function schemaError(code: SchemaErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
