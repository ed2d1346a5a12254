import type { Plugin } from 'graphql-yoga';
import { refusal } from './request-context.js';

/**
 * Takes GraphQL in one form only: JSON. Forms and plain text are what a page of a foreign origin can send without asking
 * first, so there is no way in for them at all. Says what to accept where nothing that is accepted fits the answer.
 */
export function useGraphqlRequest(): Plugin {
  return {
    onRequestParse({ request, endResponse }) {
      if (request.method !== 'POST') return;
      const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
      if (type === 'application/json' || type === 'application/graphql+json') return;
      endResponse(refusal(415, 'Send the operation as application/json.', 'UNSUPPORTED_MEDIA_TYPE'));
    },
    onResponse(answer) {
      if (answer.response.status !== 406) return;
      const message =
        'Accept text/event-stream for a subscription, application/json or application/graphql-response+json for a ' +
        'query or mutation.';
      answer.setResponse(refusal(406, message, 'NOT_ACCEPTABLE'));
    },
  };
}
