import type { z } from 'zod';
import { describeOptions } from '../../core/option-rows.js';

/** The Markdown table of a schema's options, as READMEs and docs show it. */
export function optionsTable(schema: z.ZodType): string {
  const rows = describeOptions(schema).map(({ path, type, default: value, required, description, secret }) => {
    const shown = required ? 'required' : value === null ? '' : `\`${value}\``;
    return `| \`${path}\` | ${type}${secret ? ' (secret)' : ''} | ${shown} | ${description} |`.replaceAll(
      '|  |',
      '| |',
    );
  });
  return ['| option | takes | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The same table with the padding of cells taken out, so that a formatted page compares equal. */
export function unpadded(markdown: string): string {
  return markdown
    .split('\n')
    .map((line) => (line.startsWith('|') ? line.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim() : line))
    .join('\n');
}
