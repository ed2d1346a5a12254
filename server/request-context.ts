import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Scopes } from './access.js';

/** What travels with a request besides itself. The Node.js parts are there only when it came over HTTP. */
export interface RequestContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** Set once the caller has been judged: what it may do, and who it is. */
  scopes?: Scopes;
  actor?: string;
}

/** Who sent this request, as far as it tells. */
export function callerOf(request: Request, context: RequestContext): Caller {
  return {
    authorization: request.headers.get('authorization'),
    host: request.headers.get('host'),
    remoteAddress: context.req?.socket.remoteAddress ?? null,
  };
}

/** As `callerOf`, of a request as Node.js gives it. */
export function callerOfIncoming(request: IncomingMessage): Caller {
  return {
    authorization: request.headers.authorization ?? null,
    host: request.headers.host ?? null,
    remoteAddress: request.socket.remoteAddress ?? null,
  };
}

/** A refusal in the form GraphQL clients expect of every answer. */
export function refusal(status: number, message: string, code: string): Response {
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  };
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="sfuscope"';
  return new Response(JSON.stringify({ errors: [{ message, extensions: { code } }] }), { status, headers });
}
