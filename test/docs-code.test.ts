import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** Inside the repository, so that packages are found. */
const FOLDER = join(ROOT, '.cache', `docs-code-${process.pid}`);
const DOCUMENTS = ['docs/embedding.md'];

/** Readers import the package; here its sources stand for it. */
const CONFIGURATION = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    rootDir: '../..',
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    tsBuildInfoFile: null,
    lib: ['ES2023', 'ESNext.Disposable', 'DOM'],
    paths: {
      sfuscope: ['../../core/index.ts'],
      'sfuscope/server': ['../../server/index.ts'],
      'sfuscope/schema': ['../../schema/index.ts'],
      'sfuscope/testing': ['../../core/testing/index.ts'],
    },
  },
  include: ['*.ts'],
};

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

it('every TypeScript example of the documents compiles', () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(CONFIGURATION));
  let count = 0;
  for (const document of DOCUMENTS) {
    for (const [, code] of readFileSync(join(ROOT, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)) {
      // A module of its own, also when it neither imports nor exports.
      writeFileSync(join(FOLDER, `${basename(document, '.md')}-${++count}.ts`), `${code}\nexport {};\n`);
    }
  }

  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', FOLDER], {
    encoding: 'utf8',
  });

  expect(count).toBeGreaterThan(5);
  // Only what the examples themselves get wrong.
  expect(stdout.split('\n').filter((line) => line.includes(basename(FOLDER)))).toEqual([]);
});
