/**
 * Thrown where compiled execution meets what it does not know, or what is no plain answer: an error, a promise, `null` where there
 * must be a value. The operation is then executed by graphql-js from its beginning, which decides what the answer is.
 */
export class Abandoned extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** Whether graphql-js would wait for this value. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

/** Throws for a value that graphql-js would complete in another way than by its type. */
export function refuseUnplain(value: unknown): void {
  if (value instanceof Error) throw new Abandoned('an error as a value');
  if (!isThenable(value)) return;
  // Nobody waits for it any more: graphql-js asks the resolver for another.
  value.then(undefined, () => undefined);
  throw new Abandoned('a promise');
}
