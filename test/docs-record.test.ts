import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { recordSchema } from '../core/record/record-schema.js';

const FILE = new URL('../docs/record.schema.json', import.meta.url);

/** Set by `npm run gen:records`: the file is written instead of compared. */
const WRITES = process.env.SFUSCOPE_WRITE_DOCS === '1';

it('docs/record.schema.json is the schema of the envelope', async () => {
  const schema = { ...z.toJSONSchema(recordSchema), $id: 'urn:sfuscope:record:1' };
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (WRITES) await writeFile(FILE, text);

  expect(JSON.parse(await readFile(FILE, 'utf8'))).toEqual(JSON.parse(text));
});
