import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** Types an answer without errors may have. */
export type AnswerType = 'application/json' | 'application/graphql-response+json';

/** An operation as a client sends it, all parts of the right kind. */
export interface SentOperation {
  readonly query: string;
  readonly operationName: string | null | undefined;
  readonly variables: Record<string, unknown> | null | undefined;
}

const TYPES: ReadonlySet<unknown> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json;charset=UTF-8',
]);

const ACCEPTED: ReadonlyMap<string, AnswerType | null> = new Map<string, AnswerType | null>([
  ['application/graphql-response+json', 'application/graphql-response+json'],
  ['application/json', 'application/json'],
  ['application/*', 'application/json'],
  ['*/*', 'application/json'],
  // These fit no answer.
  ['text/plain', null],
  ['text/html', null],
]);

/**
 * Length in bytes of the body of a request that is nothing but an operation as JSON, whole and unread. `null`: it may be something else,
 * or somebody has begun to read it.
 */
export function plainLength(request: IncomingMessage): number | null {
  const { headers } = request;
  if (request.method !== 'POST' || request.httpVersionMajor !== 1) return null;
  if (!TYPES.has(headers['content-type']) || headers['content-encoding'] !== undefined) return null;
  if (request.readableDidRead || request.readableFlowing !== null || request.destroyed) return null;
  // An application's body parser leaves its result here.
  if ((request as { readonly body?: unknown }).body !== undefined) return null;
  const length = headers['content-length'];
  return length !== undefined && headers['transfer-encoding'] === undefined && /^\d{1,9}$/.test(length)
    ? Number(length)
    : null;
}

/** What an answer without errors is sent as; `null` where only Yoga can tell. It takes the first that fits, whatever its weight. */
export function answerType(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept === '*/*') return 'application/json';
  let chosen: AnswerType | null = null;
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';');
    const fits = ACCEPTED.get(type.trim());
    if (fits === undefined || parameters.some((parameter) => parameter.includes('charset'))) return null;
    chosen ??= fits;
  }
  return chosen;
}

/** What stands in a body; `null` where something is wrong with it, or not in the usual form. */
export function sentOperation(body: Buffer): SentOperation | null {
  const sent = parsed(body);
  if (!isObject(sent)) return null;
  for (const name of Object.keys(sent)) {
    if (name !== 'query' && name !== 'variables' && name !== 'operationName') return null;
  }
  const { query, operationName, variables } = sent;
  if (typeof query !== 'string') return null;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== undefined && variables !== null && !isObject(variables)) return null;
  return { query, operationName, variables };
}

function parsed(body: Buffer): unknown {
  if (!isUtf8(body)) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
