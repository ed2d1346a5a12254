import { isLoopbackName } from './loopback.js';
import type { ServerSettings } from './options.js';

/** What is wrong with an address that other machines reach without a token; undefined when nothing is. */
export function openDoorProblem({ host, token, controlToken, tokens }: ServerSettings): string | undefined {
  if (isLoopbackName(host) || token !== undefined || controlToken !== undefined || tokens.length > 0) return undefined;
  return (
    `server.host: other machines reach ${host}, so a token is needed: set server.token (may read) or server.controlToken ` +
    '(may also control), at least 16 characters'
  );
}
