import type { Plugin } from 'graphql-yoga';
import type { TextResult } from '../schema/index.js';
import { SlicedBody } from './sliced-body.js';

/** What Yoga writes answers to in another form than JSON alone. */
const OTHER_FORMS = /text\/event-stream|multipart\//;

/** Sends large answers that are bytes already as they are, in slices; Yoga would make one text of them, and bytes of that again. */
export function useSlicedAnswers(): Plugin {
  const waiting = new WeakMap<Request, readonly Buffer[]>();
  return {
    onResultProcess({ request, result, setResult }) {
      const { parts = [] } = result as Partial<TextResult>;
      if (parts.length === 0 || OTHER_FORMS.test(request.headers.get('accept') ?? '')) return;
      waiting.set(request, parts);
      // Yoga still decides on status and headers.
      setResult({ stringify: () => '' });
    },
    onResponse({ request, response, setResponse, fetchAPI }) {
      const parts = waiting.get(request);
      if (parts === undefined || response.status !== 200) return;
      const { status, headers } = response;
      headers.set('content-length', `${parts.reduce((sum, { length }) => sum + length, 0)}`);
      setResponse(new fetchAPI.Response(new SlicedBody(parts) as unknown as ReadableStream, { status, headers }));
    },
  };
}
