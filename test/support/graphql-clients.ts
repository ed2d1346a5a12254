import { createClient } from 'graphql-ws';
import type { ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';

type Headers = Readonly<Record<string, string>>;

/** One operation over HTTP. */
export async function post(url: string, query: string, headers: Headers = {}, variables?: object) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, body: (await response.json()) as ExecutionResult };
}

/** One operation over server-sent events: everything it says until it is complete or `count` results have come. */
export async function serverSentEvents(
  url: string,
  query: string,
  {
    headers = {},
    count = Number.POSITIVE_INFINITY,
    onOpen,
    variables,
  }: { headers?: Headers; count?: number; onOpen?: () => void; variables?: object } = {},
): Promise<{ status: number; results: ExecutionResult[] }> {
  const controller = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    signal: controller.signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const results: ExecutionResult[] = [];
  if (!(response.headers.get('content-type') ?? '').includes('event-stream')) {
    return { status: response.status, results: [(await response.json()) as ExecutionResult] };
  }
  onOpen?.();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const data = /^data: (.+)$/m.exec(message)?.[1];
        if (data !== undefined) results.push(JSON.parse(data) as ExecutionResult);
      }
      if (results.length >= count) break;
    }
  } finally {
    controller.abort();
  }
  return { status: response.status, results };
}

/** A real graphql-ws client. */
export function webSocketClient(
  url: string,
  connectionParams?: Record<string, unknown>,
  headers: Headers = {},
  options: { readonly rejectUnauthorized?: boolean } = {},
) {
  return createClient({
    url,
    ...(connectionParams === undefined ? {} : { connectionParams }),
    retryAttempts: 0,
    lazy: true,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers, ...options });
      }
    },
  });
}

export type WebSocketClient = ReturnType<typeof webSocketClient>;

/** One operation over WebSocket: its results until `count` have come or it is complete; errors come as one last result. */
export async function overWebSocket(client: WebSocketClient, query: string, count = Number.POSITIVE_INFINITY) {
  const results: ExecutionResult[] = [];
  try {
    for await (const result of client.iterate({ query })) {
      results.push(result as ExecutionResult);
      if (results.length >= count) break;
    }
  } catch (error) {
    if (!Array.isArray(error)) throw error;
    results.push({ errors: error });
  }
  return results;
}
