import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Field } from '../plugins/alerts/fields/field.js';
import { SCOPES, VARIABLES } from '../plugins/alerts/fields/scopes.js';
import { FIELDS } from '../plugins/alerts/fields/table.js';
import { DEFAULT_RULES } from '../plugins/alerts/rules/defaults.js';

const PAGE = new URL('../docs/alerts.md', import.meta.url);
const BEGIN = '<!-- generated: npm run gen:alerts -->';

/** Set by `npm run gen:alerts`: the tables are written instead of compared. */
const WRITES = process.env.SFUSCOPE_WRITE_DOCS === '1';

function typeOf(field: Field): string {
  if (field.type === 'double') return field.unit === '' ? 'number' : `number, ${field.unit}`;
  return field.type === 'string' ? 'text' : 'true or false';
}

function fieldTable(variable: (typeof SCOPES)[number]): string {
  const rows = Object.entries(FIELDS[variable]).map(
    ([name, field]) => `| \`${variable}.${name}\` | ${typeOf(field)} | ${field.help} |`,
  );
  return [`### ${variable}`, '', '| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

const tables = [
  BEGIN,
  '',
  '## Default rules',
  '',
  '| rule | scope | condition | for | severity |',
  '| --- | --- | --- | --- | --- |',
  ...DEFAULT_RULES.map(
    ({ name, scope, when, for: before = '0s', severity = 'warning' }) =>
      `| ${name} | ${scope} | \`${when.replaceAll('|', '\\|')}\` | ${before} | ${severity} |`,
  ),
  '',
  '## What conditions of a scope may read',
  '',
  '| scope | variables |',
  '| --- | --- |',
  ...SCOPES.map((scope) => `| ${scope} | ${VARIABLES[scope].map((name) => `\`${name}\``).join(', ')} |`),
  '',
  '## Fields',
  '',
  SCOPES.map(fieldTable).join('\n\n'),
  '',
].join('\n');

it('docs/alerts.md lists the default rules and every field of every scope', async () => {
  const page = await readFile(PAGE, 'utf8');
  const written = `${page.split(BEGIN)[0]}${tables}`;
  if (WRITES) await writeFile(PAGE, written);

  expect(WRITES ? written : page).toBe(written);
});
