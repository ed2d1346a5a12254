const LONGEST = 500;
const DEPTH = 3;

/** What went wrong in one line of at most 500 characters, causes included. Takes anything that can be thrown, and never throws. */
export function errorText(error: unknown): string {
  try {
    const text = describe(error, DEPTH).replace(/\s+/g, ' ').trim();
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  } catch {
    return 'an error that cannot be shown';
  }
}

function describe(error: unknown, depth: number): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
  // Node's connection errors are an AggregateError without a message of its own.
  const inner = error instanceof AggregateError ? error.errors : error.cause === undefined ? [] : [error.cause];
  const own = error.message === '' && inner.length === 0 ? error.name : error.message;
  const parts = depth === 0 ? [] : inner.map((cause: unknown) => describe(cause, depth - 1));
  // Messages here often quote their cause already.
  const news = [...new Set(parts)].filter((part) => !own.includes(part));
  return [own, ...news].filter((part) => part !== '').join(': ');
}
