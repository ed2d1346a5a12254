import { createHash, timingSafeEqual } from 'node:crypto';

/** What answers requests for pages, whoever serves them. */
export type Answer = (request: Request) => Promise<Response>;

/** Answers GET and HEAD alone. */
export function readOnly(answer: Answer): Answer {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return await answer(request);
    return plain(405, 'Only GET is answered here.', { allow: 'GET, HEAD' });
  };
}

/** Answers whoever sends the token. */
export function guarded(token: string | undefined, answer: Answer): Answer {
  if (token === undefined) return answer;
  const expected = digest(`Bearer ${token}`);
  return async (request) => {
    // Digests are of one length, and comparing them tells nothing of the token.
    const given = digest(request.headers.get('authorization') ?? '');
    if (timingSafeEqual(given, expected)) return await answer(request);
    return plain(401, 'A token is needed: Authorization: Bearer …', { 'www-authenticate': 'Bearer' });
  };
}

export function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

export function json(value: unknown): Response {
  return new Response(JSON.stringify(value), {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
