import type { Clock } from '../../../core/index.js';
import { CONTENT_TYPES, type Format, negotiate, takesGzip } from './format.js';
import type { Page } from './page.js';
import { type Answer, plain } from './pages.js';

/** Smaller pages are not worth compressing. */
const LEAST_BYTES = 1_024;

/** Answers with a page in the format that the reader prefers. */
export function metricsAnswer(page: (format: Format) => Promise<Page>, clock: Clock): Answer {
  // A reader asks for the same each time.
  let asked: string | null = null;
  let format = negotiate(asked);
  return async (request) => {
    const accept = request.headers.get('accept');
    if (accept !== asked) {
      asked = accept;
      format = negotiate(accept);
    }
    let made: Page;
    try {
      made = await page(format);
    } catch {
      return plain(503, 'The exporter is stopping.');
    }
    return await pageResponse(made, request, clock);
  };
}

/** A finished page, compressed where the reader takes that. Lets go of the page once it is read. */
async function pageResponse(page: Page, request: Request, clock: Clock): Promise<Response> {
  const compress = page.plain.length >= LEAST_BYTES && takesGzip(request.headers.get('accept-encoding'));
  let body = page.plain;
  try {
    if (compress) body = await page.compressed();
  } catch (error) {
    page.release();
    throw error;
  }
  const headers = headersOf(page.format, compress);
  headers.set('content-length', `${body.length}`);
  const isRead = request.method !== 'HEAD' && !compress;
  if (!isRead) page.release();
  const stream = request.method === 'HEAD' ? null : body.stream(clock, isRead ? () => page.release() : undefined);
  return new Response(stream, { headers });
}

/** Made once, so that names and values are not checked for each page; `Response` makes a copy. */
const HEADERS = new Map<string, Headers>();

function headersOf(format: Format, compress: boolean): Headers {
  const name = `${format} ${compress}`;
  let headers = HEADERS.get(name);
  if (headers === undefined) {
    headers = new Headers({
      'content-type': CONTENT_TYPES[format],
      'cache-control': 'no-store',
      vary: 'accept, accept-encoding',
      ...(compress && { 'content-encoding': 'gzip' }),
    });
    HEADERS.set(name, headers);
  }
  return headers;
}
