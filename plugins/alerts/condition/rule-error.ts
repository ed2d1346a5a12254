/** A condition that cannot be used. `at` counts characters from 0. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Line and column, from 1, as an editor shows them. */
export function place(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return before.length === 1 && !text.includes('\n') ? `column ${column}` : `line ${before.length}, column ${column}`;
}
