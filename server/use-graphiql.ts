import { type GraphiQLOptions, type Plugin, shouldRenderGraphiQL } from 'graphql-yoga';
import type { Access } from './access.js';
import type { GraphiqlPage, GraphiqlRenderer } from './graphiql-page.js';
import { GRAPHIQL_TABS } from './graphiql-tabs.js';
import { callerOf, type RequestContext } from './request-context.js';

/** Header that a page of a foreign origin cannot send; GraphiQL sends it with everything. */
export const CSRF_HEADER = 'x-graphql-yoga-csrf';

const TOKEN_HINT = JSON.stringify({ authorization: 'Bearer <your token>' }, null, 2);

/** How GraphiQL is set up. Subscriptions go over server-sent events, since it sends its headers nowhere else. */
export function graphiqlOptions(endpoint: string, needsToken: boolean): GraphiQLOptions {
  const headers = needsToken ? { headers: TOKEN_HINT } : {};
  return {
    title: 'sfuscope',
    endpoint,
    subscriptionsProtocol: 'SSE',
    additionalHeaders: { [CSRF_HEADER]: '1' },
    defaultTabs: GRAPHIQL_TABS.map((query) => ({ query, ...headers })),
    ...(needsToken ? { defaultHeaders: TOKEN_HINT } : {}),
    // A token is a secret: the page forgets it when the tab is closed.
    shouldPersistHeaders: false,
  };
}

/**
 * Serves GraphiQL to browsers that open the endpoint or the root. The page holds no data, so it needs no token; what it asks
 * does. It loads nothing from anywhere else.
 */
export function useGraphiql(
  access: Access,
  basePath: string,
  renderer: GraphiqlRenderer | null,
): Plugin<RequestContext, RequestContext> {
  const endpoint = `${basePath}/graphql`;
  const root = new Set([`${basePath}/`, basePath]);

  return {
    async onRequest(event) {
      const { request, serverContext } = event;
      const path = event.url.pathname;
      if (renderer === null || !shouldRenderGraphiQL(request)) return;
      if (!access.admits(callerOf(request, serverContext)).allowed) return;
      if (root.has(path)) event.endResponse(new Response(null, { status: 302, headers: { location: endpoint } }));
      if (path !== endpoint) return;
      const page = await renderer.page();
      event.endResponse(page === null ? notInstalled() : answer(request, page));
    },
  };
}

function answer(request: Request, page: GraphiqlPage): Response {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy(page.scriptHashes),
    'cache-control': 'private, no-cache',
    etag: page.etag,
    vary: 'accept, accept-encoding',
  };
  if (request.headers.get('if-none-match')?.includes(page.etag) === true) {
    return new Response(null, { status: 304, headers });
  }
  const encoding = /\bbr\b/.test(request.headers.get('accept-encoding') ?? '') ? 'br' : 'gzip';
  return new Response(page[encoding] as BodyInit, { headers: { ...headers, 'content-encoding': encoding } });
}

/** Only the scripts the page came with may run, and only this server may be asked. */
function policy(scriptHashes: readonly string[]): string {
  const scripts = scriptHashes.map((hash) => `'${hash}'`).join(' ');
  return [
    "default-src 'none'",
    `script-src ${scripts} blob:`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function notInstalled(): Response {
  return new Response(
    '<!doctype html><title>sfuscope</title><p>GraphiQL is not installed. Add it with ' +
      '<code>npm install @graphql-yoga/render-graphiql</code>, or send queries to this address as JSON.</p>',
    { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" } },
  );
}
