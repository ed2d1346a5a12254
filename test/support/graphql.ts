/** Asks a GraphQL server over HTTP, as any client would. Throws when the answer has errors. */
export async function ask<T>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(60_000),
  });
  const answer = (await response.json()) as { data?: T; errors?: readonly { message: string }[] };
  if (answer.errors !== undefined || answer.data === undefined) {
    throw new Error(`GraphQL: ${answer.errors?.map(({ message }) => message).join('; ') ?? response.status}`);
  }
  return answer.data;
}
