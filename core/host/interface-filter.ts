/** Interfaces beyond this are not reported: hosts of many containers have one for each. */
export const MAX_INTERFACES = 64;

/**
 * Tells whether an interface is to be reported. A name that ends in `*` is a prefix; without a list it is all but `lo`.
 */
export function interfaceFilter(allowed: readonly string[] | undefined): (name: string) => boolean {
  if (allowed === undefined) return (name) => name !== 'lo';
  const names = new Set(allowed.filter((entry) => !entry.endsWith('*')));
  const prefixes = allowed.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1));
  return (name) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
