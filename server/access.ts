import { createHash, timingSafeEqual } from 'node:crypto';
import { isLoopbackAddress, isLoopbackName } from './loopback.js';
import type { Scope, ServerSettings } from './options.js';

export type Scopes = ReadonlySet<Scope>;

/** What is known of a caller before anything it sent is read. */
export interface Caller {
  /** The `Authorization` header, or what stands for it in WebSocket connection parameters. */
  readonly authorization: string | null;
  /** The `Host` header. */
  readonly host: string | null;
  /** `null` for a call within the process or over a UNIX socket. */
  readonly remoteAddress: string | null;
}

export type Verdict =
  /** `actor` names the token or, where none is needed, says `local`. */
  | { readonly allowed: true; readonly scopes: Scopes; readonly actor: string }
  | { readonly allowed: false; readonly status: 401 | 403; readonly reason: string };

interface Credential {
  readonly digest: Buffer;
  readonly scopes: Scopes;
  readonly actor: string;
}

const NOTHING: Scopes = new Set();
const EVERYTHING: Scopes = new Set<Scope>(['read', 'control']);

/**
 * Decides who may do what. With tokens, whoever shows one. Without, only callers on this machine that address it by a local
 * name: the name is checked because a web page can make a browser believe that its own host name is 127.0.0.1.
 */
export class Access {
  readonly #credentials: readonly Credential[];
  readonly #allowedHosts: ReadonlySet<string>;

  constructor(settings: Pick<ServerSettings, 'token' | 'controlToken' | 'tokens' | 'allowedHosts'>) {
    const credentials: Credential[] = settings.tokens.map(({ token, scopes, name }, index) =>
      credential(token, scopes, name ?? `token ${index + 1}`),
    );
    if (settings.token !== undefined) credentials.push(credential(settings.token, ['read'], 'token'));
    if (settings.controlToken !== undefined) {
      credentials.push(credential(settings.controlToken, ['control'], 'controlToken'));
    }
    this.#credentials = credentials;
    this.#allowedHosts = new Set(settings.allowedHosts.map((host) => host.toLowerCase()));
  }

  /** Whether callers must show a token. */
  get needsToken(): boolean {
    return this.#credentials.length > 0;
  }

  /** Whether the caller may be answered at all, token or not. */
  admits(caller: Caller): Verdict {
    if (!this.#nameAllowed(caller.host)) {
      return refused(403, 'This server is not known under that host name; see the option server.allowedHosts.');
    }
    if (!this.needsToken && caller.remoteAddress !== null && !isLoopbackAddress(caller.remoteAddress)) {
      return refused(403, 'Without a token only this machine is served; see the option server.token.');
    }
    return { allowed: true, scopes: this.needsToken ? NOTHING : EVERYTHING, actor: 'local' };
  }

  /** What the caller may do. */
  judge(caller: Caller): Verdict {
    const admitted = this.admits(caller);
    if (!admitted.allowed || !this.needsToken) return admitted;
    const token = bearer(caller.authorization);
    if (token === null) return refused(401, 'A token is required: send it as Authorization: Bearer …');
    const known = this.#find(token);
    if (known === undefined) return refused(401, 'The token is not valid.');
    return { allowed: true, scopes: known.scopes, actor: known.actor };
  }

  #find(token: string): Credential | undefined {
    const digest = sha256(token);
    let found: Credential | undefined;
    // Digests have one length, and no comparison ends early, so the time taken says nothing about any token.
    for (const known of this.#credentials) {
      if (timingSafeEqual(known.digest, digest)) found = known;
    }
    return found;
  }

  #nameAllowed(host: string | null): boolean {
    // A page of a foreign origin has no token, so a false name gains it nothing where one is required.
    if (host === null || (this.needsToken && this.#allowedHosts.size === 0)) return true;
    const name = host.toLowerCase().replace(/:\d*$/, '');
    return isLoopbackName(name) || this.#allowedHosts.has(name);
  }
}

function credential(token: string, scopes: readonly Scope[], actor: string): Credential {
  // Whoever may change things may see them.
  return { digest: sha256(token), scopes: scopes.includes('control') ? EVERYTHING : new Set(scopes), actor };
}

function bearer(authorization: string | null): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(status: 401 | 403, reason: string): Verdict {
  return { allowed: false, status, reason };
}
