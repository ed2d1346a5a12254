import { CONTENT_TYPES, type Format, negotiate, takesGzip } from './format.js';
import type { Page } from './page.js';
import { type Answer, plain } from './pages.js';

/** Smaller pages are not worth compressing. */
const LEAST_BYTES = 1_024;

/** Answers with a page in the format that the reader prefers. */
export function metricsAnswer(page: (format: Format) => Promise<Page>): Answer {
  return async (request) => {
    const format = negotiate(request.headers.get('accept'));
    let made: Page;
    try {
      made = await page(format);
    } catch {
      return plain(503, 'The exporter is stopping.');
    }
    return await pageResponse(made, request);
  };
}

/** A finished page, compressed where the reader takes that. Lets go of the page once it is read. */
async function pageResponse(page: Page, request: Request): Promise<Response> {
  const compress = page.plain.length >= LEAST_BYTES && takesGzip(request.headers.get('accept-encoding'));
  let body = page.plain;
  try {
    if (compress) body = await page.compressed();
  } catch (error) {
    page.release();
    throw error;
  }
  const headers = {
    'content-type': CONTENT_TYPES[page.format],
    'content-length': `${body.length}`,
    'cache-control': 'no-store',
    vary: 'accept, accept-encoding',
    ...(compress && { 'content-encoding': 'gzip' }),
  };
  const isRead = request.method !== 'HEAD' && !compress;
  if (!isRead) page.release();
  const stream = request.method === 'HEAD' ? null : body.stream(isRead ? () => page.release() : undefined);
  return new Response(stream, { headers });
}
