import type { Plugin } from 'graphql-yoga';
import type { TextResult } from '../schema/index.js';
import type { Holdings } from './holdings.js';
import type { RequestContext } from './request-context.js';
import { SlicedBody } from './sliced-body.js';

/** What Yoga writes answers to in another form than JSON alone. */
const OTHER_FORMS = /text\/event-stream|multipart\//;

/** Sends large answers that are bytes already as they are, in slices; Yoga would make one text of them, and bytes of that again. */
export function useSlicedAnswers(holdingsOf: (context: RequestContext) => Holdings | undefined): Plugin {
  const waiting = new WeakMap<Request, readonly Buffer[]>();
  return {
    onResultProcess(processed) {
      const { request } = processed;
      const { parts = [] } = processed.result as Partial<TextResult>;
      if (parts.length === 0 || OTHER_FORMS.test(request.headers.get('accept') ?? '')) return;
      waiting.set(request, parts);
      // Yoga still decides on status and headers.
      processed.setResult({ stringify: () => '' });
    },
    onResponse(answer) {
      const parts = waiting.get(answer.request);
      waiting.delete(answer.request);
      const { status, headers } = answer.response;
      if (parts === undefined || status !== 200) return;
      const { Response } = answer.fetchAPI;
      headers.set('content-length', `${parts.reduce((sum, { length }) => sum + length, 0)}`);
      const holdings = holdingsOf(answer.serverContext as RequestContext);
      const body = new SlicedBody(parts, holdings && { holdings });
      answer.setResponse(new Response(body as unknown as ReadableStream, { status, headers }));
    },
  };
}
