import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../clock.js';
import { withDeadline } from '../deadline.js';
import { errorText } from '../error-text.js';
import { isPrivateAddress, privateError, publicLookup } from './private-address.js';

/** Certificates in PEM form; any of them may be left out. */
export interface HttpTls {
  /** Authorities to trust in place of those of Node. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface HttpPostOptions {
  readonly clock: Clock;
  /** With `http:` or `https:`; its user and password, if any, are sent as basic authorisation unless `headers` have their own. */
  readonly url: string;
  /** The address as errors have it. @default without credentials and query */
  readonly shown?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** From the beginning of a request to the end of its answer, in ms. */
  readonly timeoutMs: number;
  /** What is kept of the body of an answer; the rest is not read. @default 16384 */
  readonly maxAnswerBytes?: number;
  readonly tls?: HttpTls;
  /** Refuses hosts with an address of a private network, looked up again at every connection. @default false */
  readonly publicOnly?: boolean;
}

export interface HttpAnswer {
  /** Any status, also of a redirect: none is followed. */
  readonly status: number;
  /** In lower case; of a header that came more than once, the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** As much of the body as is kept. */
  readonly text: string;
}

export interface HttpRequest {
  /** Added to those of the client. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the query of the address. */
  readonly query?: Readonly<Record<string, string>>;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

const MAX_ANSWER_BYTES = 16_384;
const CONNECTIONS = { keepAlive: true, maxSockets: 4, maxFreeSockets: 1, timeout: 60_000 } as const;

/**
 * Posts to one address over a kept connection. No redirect is followed, an answer is read up to a limit, a request ends at its deadline,
 * and neither the query nor the credentials of the address are in any error.
 */
export class HttpPost {
  /** Address for people. */
  readonly shown: string;
  readonly #options: HttpPostOptions;
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: HttpAgent | HttpsAgent;

  /** Throws when the address is none of HTTP. */
  constructor(options: HttpPostOptions) {
    this.#options = options;
    this.#url = httpUrl(options.url);
    this.shown = options.shown ?? `${this.#url.origin}${this.#url.pathname}`;
    const { username, password } = this.#url;
    const basic = username === '' && password === '' ? {} : basicAuthorization(decoded(username), decoded(password));
    this.#headers = { ...basic, ...options.headers };
    const connections = { ...CONNECTIONS, ...(options.publicOnly === true && { lookup: publicLookup }) };
    this.#agent = this.#isSecure ? new HttpsAgent({ ...connections, ...options.tls }) : new HttpAgent(connections);
    // It must not go into the request, or Node would send it in place of the header above.
    this.#url.username = '';
    this.#url.password = '';
  }

  /** Resolves with the answer, whatever its status. Rejects when there is none in time, or the signal aborts. */
  async post(body: string | Uint8Array, request: HttpRequest = {}): Promise<HttpAnswer> {
    const { clock, timeoutMs } = this.#options;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    return withDeadline((signal) => this.#send(bytes, request, signal), {
      clock,
      ms: timeoutMs,
      signal: request.signal,
    });
  }

  /** Ends the connections that are kept, and the requests that run. */
  close(): void {
    this.#agent.destroy();
  }

  get #isSecure(): boolean {
    return this.#url.protocol === 'https:';
  }

  #send(body: Uint8Array, { headers, query = {} }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
    // A host that is an address is never looked up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (this.#options.publicOnly === true && isPrivateAddress(host)) {
      return Promise.reject(new Error(`${this.shown}: ${privateError(host).message}`));
    }
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      headers: { 'user-agent': 'sfuscope', ...this.#headers, ...headers, 'content-length': `${body.byteLength}` },
      signal,
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new Error(`${this.shown}: ${errorText(error)}`, { cause: error }));
      const request = (this.#isSecure ? httpsRequest : httpRequest)(url, options, (response) => {
        this.#read(response).then(resolve, fail);
        // The answer may come before all was sent; what is left of it helps nobody.
        if (!request.writableFinished) response.once('close', () => request.destroy());
      });
      request.on('error', fail);
      request.end(body);
    });
  }

  async #read(response: IncomingMessage): Promise<HttpAnswer> {
    const limit = this.#options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Leaving the loop early destroys the connection with it.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= limit) break;
    }
    const text = Buffer.concat(chunks).subarray(0, limit).toString('utf8');
    const headers = Object.entries(response.headers).map(([name, value]) => [name, [value].flat()[0] ?? '']);
    return { status: response.statusCode ?? 0, headers: Object.fromEntries(headers), text };
  }
}

/** `Authorization: Basic …` of RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error('An address must begin with http:// or https://.');
  return url;
}

/** What stands percent-encoded in an address; as it is when it is not well-formed. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
