import type { Logger } from '../core/index.js';
import type { Plugin } from 'graphql-yoga';
import type { Access } from './access.js';
import { callerOf, type RequestContext, refusal } from './request-context.js';
import type { Route } from './route.js';
import type { Routes } from './routes.js';

/**
 * Decides, before anything of a request is read, who sent it and what answers it: one of the routes, a plugin's, or GraphQL. Nothing
 * but a route that says `none` is reached by a caller who may not read.
 */
export function useRoutes(access: Access, routes: Routes, logger: Logger): Plugin<RequestContext, RequestContext> {
  /** `undefined`: let GraphQL answer. */
  const respond = async (request: Request, context: RequestContext, path: string): Promise<Response | undefined> => {
    const route = routes.find(path);
    if (route?.auth === 'none') return await answer(route, request, logger);
    const verdict = access.judge(callerOf(request, context));
    if (!verdict.allowed) {
      return refusal(verdict.status, verdict.reason, verdict.status === 401 ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    }
    context.scopes = verdict.scopes;
    context.actor = verdict.actor;
    if (route === undefined) return undefined;
    if (!verdict.scopes.has(route.auth)) {
      return refusal(403, `The token lacks the scope '${route.auth}'.`, 'FORBIDDEN');
    }
    return await answer(route, request, logger);
  };

  return {
    async onRequest(event) {
      const response = await respond(event.request, event.serverContext, event.url.pathname);
      if (response !== undefined) event.endResponse(response);
    },
  };
}

async function answer(route: Route, request: Request, logger: Logger): Promise<Response> {
  try {
    return await route.handler(request);
  } catch (error) {
    logger.error('A route failed', { path: route.path, error });
    return refusal(500, 'Unexpected error.', 'INTERNAL_SERVER_ERROR');
  }
}
