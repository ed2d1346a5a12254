import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  completeLockfile,
  copiesOf,
  type Lockfile,
  missingOptional,
  stalePackages,
} from '../../scripts/setup/lockfile.mjs';

function tool(optionalDependencies: Record<string, string>, others: Lockfile['packages'] = {}): Lockfile {
  return {
    packages: { '': {}, 'node_modules/tool': { version: '1.2.3', dev: true, optionalDependencies }, ...others },
  };
}

describe('completing a lock file', () => {
  it('adds the packages of other platforms with what their names say', () => {
    const lock = tool({ '@tool/darwin-arm64': '1.2.3', '@tool/linux-x64-musl': '1.2.3' });

    const added = completeLockfile(lock);

    expect(added).toEqual(['node_modules/@tool/darwin-arm64', 'node_modules/@tool/linux-x64-musl']);
    expect(lock.packages['node_modules/@tool/darwin-arm64']).toEqual({
      version: '1.2.3',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['darwin'],
    });
    expect(lock.packages['node_modules/@tool/linux-x64-musl']).toMatchObject({ os: ['linux'], libc: ['musl'] });
    expect(missingOptional(lock)).toEqual([]);
  });

  it('puts a package that is there in another place beside its owner', () => {
    const lock = tool(
      { 'tool-win32-x64': '1.2.3' },
      {
        'node_modules/a/node_modules/tool': { version: '2.0.0', optionalDependencies: { 'tool-linux-arm64': '2.0.0' } },
      },
    );

    expect(completeLockfile(lock)).toEqual(['node_modules/tool-win32-x64', 'node_modules/tool-linux-arm64']);
    expect(completeLockfile(lock)).toEqual([]);
  });

  it('invents nothing for a package whose name tells no platform or whose version is a range', () => {
    const lock = tool({ fsevents: '2.3.3', 'tool-darwin-x64': '^1.0.0' });

    expect(completeLockfile(lock)).toEqual([]);
  });

  it('was not forgotten in this project: npm ci refuses a lock file with gaps', () => {
    const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));

    expect(missingOptional(lock)).toEqual([]);
  });
});

describe('an installed tree', () => {
  const lock: Lockfile = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a/node_modules/graphql': { version: '15.0.0' },
      'node_modules/graphql': { version: '16.0.0' },
      'node_modules/graphql-ws': { version: '6.0.0' },
      'node_modules/other-platform': { version: '1.0.0', optional: true },
    },
  };

  it('is up to date without the packages of other platforms', () => {
    const { 'node_modules/other-platform': _, ...packages } = lock.packages;

    expect(stalePackages(lock, { packages })).toEqual([]);
  });

  it('is stale when a package is absent or of another version', () => {
    const { 'node_modules/a': _, ...packages } = lock.packages;
    const installed = { packages: { ...packages, 'node_modules/other-platform': { version: '0.9.0' } } };

    expect(stalePackages(lock, installed)).toEqual(['node_modules/a', 'node_modules/other-platform']);
  });

  it('shows every copy of a package', () => {
    expect(copiesOf(lock, 'graphql')).toEqual(['node_modules/a/node_modules/graphql', 'node_modules/graphql']);
  });
});
