import type { Scope } from './options.js';

/** A further path that the server answers, for example a plugin's `/metrics`. */
export interface Route {
  /** As in `/metrics`; the base path comes before it. Must be matched exactly. */
  readonly path: string;
  /** What the caller must be allowed to do. `none` answers anybody, also callers from other machines without a token. */
  readonly auth: Scope | 'none';
  /** Answers any method. A rejection is answered with status 500 and logged. */
  handler(request: Request): Response | Promise<Response>;
}
