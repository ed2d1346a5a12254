import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { webhookOptions } from '../../../plugins/webhook/options.js';
import { optionsTable } from '../../support/options-table.js';

const PAGE = new URL('../../../plugins/webhook/README.md', import.meta.url);
const HEAD = 2;
const [BEGIN, END] = ['<!-- receivers -->', '<!-- end -->'];

/** The options of receivers: what all have, then what each kind has besides. */
function tables(): string {
  const { valueType } = webhookOptions.shape.receivers;
  const kinds = valueType.options.map((option) => ({ kind: option.shape.kind.value, rows: rowsOf(option) }));
  const [first] = kinds;
  const common = (first?.rows ?? []).filter((row) => kinds.every(({ rows }) => rows.includes(row)));
  const head = optionsTable(webhookOptions).split('\n').slice(0, HEAD);
  const own = kinds.map(({ kind, rows }) => {
    return [`Of \`kind: ${kind}\`:`, '', ...head, ...rows.filter((row) => !common.includes(row))].join('\n');
  });
  return ['Of every receiver:', '', ...head, ...common].join('\n') + ['', ...own].join('\n\n');
}

function rowsOf(schema: z.ZodType): readonly string[] {
  return optionsTable(schema)
    .split('\n')
    .slice(HEAD)
    .filter((row) => !row.startsWith('| `kind`'));
}

describe('the README of webhook', () => {
  it('has an example that is accepted', async () => {
    const [, example = ''] = /```yaml\n([\s\S]+?)```/.exec(await readFile(PAGE, 'utf8')) ?? [];
    const options = webhookOptions.parse(parse(example).plugins.webhook);

    expect(Object.keys(options.receivers)).toEqual(['operators', 'chat', 'robot', 'pager', 'alertmanager']);
  });

  it('lists the options of every kind of receiver', async () => {
    const text = await readFile(PAGE, 'utf8');
    const [before = '', rest = ''] = text.split(BEGIN);
    const page = `${before}${BEGIN}\n\n${tables()}\n\n${END}${rest.split(END)[1]}`;
    if (process.env.SFUSCOPE_WRITE_DOCS === '1') await writeFile(PAGE, page);

    expect(await readFile(PAGE, 'utf8')).toBe(page);
  });
});
