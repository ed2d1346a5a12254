import { hostname } from 'node:os';

/** Letters, digits, `_` and `-`: a dot would split a routing key, other signs a label. */
export const NODE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** A name that fits, made of the host's; `sfu` when nothing of it is left. */
export function nodeName(host: string = hostname()): string {
  const name = host
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 63)
    .replace(/^[-_]+/, '')
    .replace(/[-_]+$/, '');
  return name === '' ? 'sfu' : name;
}
