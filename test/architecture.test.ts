import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkArchitecture } from './support/architecture/check.js';
import { MAX_LINES } from './support/architecture/rules.js';

const ROOT = new URL('..', import.meta.url).pathname;
const SOURCE_FOLDERS = ['core', 'plugins', 'schema', 'server'];

function readSources(folders: readonly string[], extension: RegExp): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => extension.test(file))
      .map((file) => `${folder}/${file}`),
  );
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

/** A small project without a fault, and some files of the test's own. */
function check(files: Record<string, string>): string[] {
  return checkArchitecture(
    new Map(
      Object.entries({
        'core/index.ts': '',
        'core/graph/graph.ts': '',
        'core/testing/index.ts': '',
        'schema/index.ts': '',
        'schema/builder.ts': '',
        'server/index.ts': '',
        'plugins/registry.ts': '',
        'plugins/example/plugin.ts': '',
        ...files,
      }),
    ),
  );
}

describe('the sources', () => {
  const sources = readSources(SOURCE_FOLDERS, /\.ts$/);

  it('are found', () => {
    expect([...sources.keys()]).toEqual(expect.arrayContaining(['core/index.ts', 'plugins/example/plugin.ts']));
    expect(sources.size).toBeGreaterThan(100);
  });

  it('keep to the import table, have no cycles and no file that is too long', () => {
    expect(checkArchitecture(sources)).toEqual([]);
  });

  it('are not the only ones to be short: so are tests and scripts', () => {
    const others = readSources(['test', 'scripts'], /\.(ts|mjs)$/);

    const long = [...others].filter(([, text]) => text.split('\n').length > MAX_LINES).map(([path]) => path);

    expect(long).toEqual([]);
  });
});

describe('the checker', () => {
  it('is content with a project that keeps the rules', () => {
    const files = {
      'core/index.ts': "export { Graph } from './graph/graph.js';",
      'core/graph/graph.ts': "import { z } from 'zod';\nimport type { X } from 'tsyringe';\nimport fs from 'node:fs';",
      'core/container.ts': "import 'reflect-metadata';\nimport { container } from 'tsyringe';",
      'core/mediasoup/source.ts': "import type { types } from 'mediasoup';\nimport '../graph/graph.js';",
      'core/host/information-thread.ts':
        "import { createRequire } from 'node:module';\ncreateRequire(import.meta.url).resolve('systeminformation');",
      'core/host/calls.ts': "import type { Systeminformation } from 'systeminformation';",
      'core/testing/index.ts': "import '../graph/graph.js';",
      'schema/index.ts': "import './builder.js';\nimport { Graph } from '../core/index.js';",
      'schema/builder.ts': "import B from '@pothos/core';\nimport { parse } from 'graphql';",
      'server/index.ts': "import { s } from '../schema/index.js';\nimport { createYoga } from 'graphql-yoga';",
      'server/compose.ts': "import { registry } from '../plugins/registry.js';\nimport './index.js';",
      'server/main.ts': "import './compose.js';\nimport './demo/demo.js';\nconst m = await import('mediasoup');",
      'server/demo/demo.ts': "import type { types } from 'mediasoup';",
      'plugins/registry.ts': "export const a = () => import('./example/plugin.js');",
      'plugins/example/plugin.ts':
        "import './options.js';\nimport { G } from '../../core/index.js';\nimport { inject } from 'tsyringe';\nawait import('amqplib');",
      'plugins/example/options.ts': "import { z } from 'zod';",
    };

    expect(check(files)).toEqual([]);
  });

  it.each([
    ['core', 'core/graph/a.ts', "import '../../schema/builder.js';", 'schema/builder.ts'],
    ['core', 'core/graph/a.ts', "import '../../plugins/example/plugin.js';", 'plugins/example/plugin.ts'],
    ['core', 'core/graph/a.ts', "import type { X } from '../../server/index.js';", 'server/index.ts'],
    ['core', 'core/graph/a.ts', "export * from '../testing/index.js';", 'core/testing/index.ts'],
    ['schema', 'schema/a.ts', "import type { G } from '../core/graph/graph.js';", 'core/graph/graph.ts'],
    ['schema', 'schema/a.ts', "type G = import('../core/graph/graph.js').Graph;", 'core/graph/graph.ts'],
    ['schema', 'schema/a.ts', "import '../server/index.js';", 'server/index.ts'],
    ['server', 'server/a.ts', "await import('../core/graph/graph.js');", 'core/graph/graph.ts'],
    ['server', 'server/a.ts', "export { b } from '../schema/builder.js';", 'schema/builder.ts'],
    ['server', 'server/a.ts', "import '../plugins/registry.js';", 'plugins/registry.ts'],
    ['server', 'server/a.ts', "import './demo/demo.js';", 'server/demo/demo.ts'],
    ['server/compose.ts', 'server/compose.ts', "import '../plugins/example/plugin.js';", 'plugins/example/plugin.ts'],
    ['plugins', 'plugins/other/plugin.ts', "import '../example/plugin.js';", 'plugins/example/plugin.ts'],
    ['plugins', 'plugins/other/plugin.ts', "import '../registry.js';", 'plugins/registry.ts'],
    ['plugins', 'plugins/other/plugin.ts', "import '../../core/testing/index.js';", 'core/testing/index.ts'],
    ['plugins', 'plugins/other/plugin.ts', "import '../../schema/index.js';", 'schema/index.ts'],
    ['plugins/registry.ts', 'plugins/registry.ts', "import '../schema/index.js';", 'schema/index.ts'],
  ])('keeps %s out of places it has no business in: %s with %s', (layer, path, source, target) => {
    const breaches = check({ 'server/demo/demo.ts': '', [path]: source });

    expect(breaches).toEqual([`${path} must not import ${target} (${layer})`]);
  });

  it.each([
    ['core', 'core/graph/a.ts', "import { inject } from 'tsyringe';", 'tsyringe by a static import'],
    ['core', 'core/graph/a.ts', "import type { types } from 'mediasoup';", 'mediasoup by a type import'],
    ['core', 'core/graph/a.ts', "import { parse } from 'yaml';", 'yaml by a static import'],
    ['core', 'core/graph/a.ts', "export type { S } from 'systeminformation';", 'systeminformation by a type import'],
    ['core/mediasoup', 'core/mediasoup/a.ts', "const m = require('zod3');", 'zod3 by a static import'],
    ['schema', 'schema/a.ts', "import { createYoga } from 'graphql-yoga';", 'graphql-yoga by a static import'],
    ['schema', 'schema/a.ts', "import { z } from 'zod';", 'zod by a static import'],
    ['server', 'server/a.ts', "import type { types } from 'mediasoup';", 'mediasoup by a type import'],
    ['server', 'server/a.ts', "import { Pothos } from '@pothos/core';", '@pothos/core by a static import'],
    ['plugins', 'plugins/example/a.ts', "import amqp from 'amqplib';", 'amqplib by a static import'],
    ['plugins/registry.ts', 'plugins/registry.ts', "import { z } from 'zod';", 'zod by a static import'],
    ['core/host', 'core/host/a.ts', "require.resolve('systeminformation');", 'systeminformation by a resolve import'],
  ])('keeps packages out of %s: %s with %s', (layer, path, source, target) => {
    expect(check({ [path]: source })).toEqual([`${path} must not import ${target} (${layer})`]);
  });

  it('counts an import of nothing but types as a load when the statement stays in the compiled file', () => {
    const breaches = check({ 'core/graph/a.ts': "import { type DependencyContainer } from 'tsyringe';" });

    expect(breaches).toHaveLength(1);
  });

  it('lets no library of the host or of the SFU be loaded by a detour', () => {
    const breaches = check({
      'core/index.ts': "export * from './host/host.js';",
      'core/host/host.ts': "await import('./slow.js');",
      'core/host/slow.ts': "import si from 'systeminformation';",
    });

    expect(breaches).toContain(
      'the SFU must not load systeminformation into its own thread: ' +
        'core/index.ts -> core/host/host.ts -> core/host/slow.ts -> systeminformation',
    );
  });

  it('lets no public entry load mediasoup', () => {
    const breaches = check({
      'server/index.ts': "import './demo/demo.js';",
      'server/demo/demo.ts': "import * as mediasoup from 'mediasoup';",
    });

    expect(breaches).toContain(
      'the application brings its own mediasoup: server/index.ts -> server/demo/demo.ts -> mediasoup',
    );
  });

  it('names the whole ring of a cycle, also of types', () => {
    const breaches = check({
      'core/a.ts': "import type { B } from './b.js';",
      'core/b.ts': "import './c.js';",
      'core/c.ts': "await import('./a.js');",
    });

    expect(breaches).toEqual(['cycle: core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts']);
  });

  it('finds what does not exist and what belongs nowhere', () => {
    const breaches = check({ 'core/a.ts': "import './gone.js';", 'tools/a.ts': '' });

    expect(breaches).toEqual([
      'core/a.ts imports core/gone.ts, which does not exist',
      'tools/a.ts belongs to no layer',
    ]);
  });

  it('finds a file that is too long', () => {
    const breaches = check({ 'core/a.ts': `${'\n'.repeat(MAX_LINES)}export {};\n` });

    expect(breaches).toEqual([`core/a.ts has ${MAX_LINES + 1} lines, ${MAX_LINES} are allowed`]);
  });

  it('is not misled by text and by calls that only look like imports', () => {
    const source =
      "// import 'yaml'\nconst s = \"import 'yaml'\"; Promise.resolve('yaml'); new URL('https://x.y/z.js'); import(s);";

    expect(check({ 'core/a.ts': source })).toEqual([]);
  });
});
