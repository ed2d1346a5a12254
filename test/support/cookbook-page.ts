/** One question with its operation and the answer a run gave. */
export interface Recipe {
  readonly name: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly answer: object;
}

/** Items of a list that are printed; the rest only repeats them. */
const PRINTED_ITEMS = 2;

/** docs/cookbook.md. */
export function cookbookPage(recipes: readonly Recipe[]): string {
  const parts = recipes.map((recipe) => {
    const [title = '', ...operation] = recipe.text.trim().split('\n');
    const variables =
      Object.keys(recipe.variables).length === 0 ? '' : `\nVariables: \`${JSON.stringify(recipe.variables)}\`\n`;
    return [
      `## ${title.replace(/^# /, '')}`,
      `\`\`\`graphql\n${[title, ...operation].join('\n')}\n\`\`\`${variables}`,
      `\`\`\`json\n${JSON.stringify(shortened(recipe.answer), null, 2)}\n\`\`\``,
    ].join('\n\n');
  });
  return `# Cookbook

One operation for each question. The answers are real: a run of the demo's SFU gave them (\`npm run gen:cookbook\` runs it again), with
lists cut to ${PRINTED_ITEMS} items. Paste an operation into GraphiQL, or open the files in [cookbook/](cookbook/). Where an id is asked for, the SFU's
own id, as in its logs, does as well as the global \`id\`.

${parts.join('\n\n')}
`;
}

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, PRINTED_ITEMS).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}
