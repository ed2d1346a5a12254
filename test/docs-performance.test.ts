import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replaceSection, sectionNames } from './bench/suite/page.js';
import { SCENARIOS } from './bench/suite/scenarios.js';
import { xmlProblem } from './support/well-formed.js';

const DOCS = new URL('../docs/', import.meta.url);
const page = readFileSync(new URL('performance.md', DOCS), 'utf8');
const plots = [...page.matchAll(/!\[[^\]]*\]\(performance\/([^)]+)\)/g)].map(([, file]) => file!);

describe('docs/performance.md', () => {
  it('has a place for every scenario, and for nothing else', () => {
    expect(sectionNames(page)).toEqual(SCENARIOS.map(({ name }) => name));
    for (const { name } of SCENARIOS) expect(() => replaceSection(page, name, '')).not.toThrow();
  });

  it('shows plots that are there and well-formed, and every plot there is', () => {
    for (const file of plots) {
      expect(xmlProblem(readFileSync(new URL(`performance/${file}`, DOCS), 'utf8')), file).toBeNull();
    }
    const folder = new URL('performance/', DOCS);
    expect(existsSync(folder) ? readdirSync(folder).toSorted() : []).toEqual(plots.toSorted());
  });
});
