import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { ERRORS } from '../core/errors.js';

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `SFUSCOPE_'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/errors.md', () => {
  it('lists every error code once, in the order of the table, with its severity and advice', () => {
    const listed = rows.map(([, code, severity, , advice]) => [code, severity, advice]);

    const expected = Object.entries(ERRORS).map(([code, error]) => [`\`${code}\``, error.severity, error.advice]);
    assert.deepEqual(listed, expected);
  });

  it('says when each of them happens', () => {
    for (const [, code, , when] of rows) assert.ok(when !== undefined && when.length > 20, code);
  });

  it('mentions no code that does not exist', () => {
    const mentioned = [...page.matchAll(/SFUSCOPE_\w+/g)].map(([code]) => code);

    assert.deepEqual(
      mentioned.filter((code) => !(code in ERRORS)),
      [],
    );
  });
});
