import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeVersionProblem } from '../../scripts/setup/node-version.mjs';
import { isDone, makePlan, placesIn } from '../../scripts/setup/plan.mjs';
import { placeWorker, workerKeys } from '../../scripts/setup/worker-cache.mjs';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

const LOCK = JSON.stringify({
  packages: { '': {}, 'node_modules/mediasoup': { version: '3.27.1' }, 'node_modules/graphql': { version: '16.0.0' } },
});
const LONG_AGO = new Date('2020-01-01');

/** A clone as it is after a set-up, with all sources older than the build. */
function readyClone(): string {
  const root = temporaryFolder();
  writeFile(root, 'package-lock.json', LOCK);
  writeFile(root, 'scripts/worker/build-worker.sh', 'recipe');
  writeFile(root, 'core/graph/graph.ts', '');
  writeFile(root, 'node_modules/.package-lock.json', LOCK);
  writeFile(root, 'node_modules/mediasoup/package.json', '{}');
  for (const old of ['core/graph/graph.ts', 'core/graph', 'core', 'package-lock.json']) {
    utimesSync(join(root, old), LONG_AGO, LONG_AGO);
  }
  writeFile(root, 'dist/.built', '');
  const { mediasoup, recipe } = placesIn(root);
  placeWorker(mediasoup, workerKeys('3.27.1', recipe).built, writeFile(root, 'worker', 'binary'));
  return root;
}

function plan(root: string, env: Record<string, string> = {}) {
  return makePlan(root, { forTests: false, env });
}

describe('the plan', () => {
  it('has nothing to do in a clone that is ready', () => {
    expect(isDone(plan(readyClone()))).toBe(true);
  });

  it('has everything to do in a fresh clone', () => {
    const root = temporaryFolder();
    writeFile(root, 'package-lock.json', LOCK);

    expect(plan(root)).toEqual({ dependencies: 'not installed yet', worker: true, build: true, packages: [] });
  });

  it('installs again, with all that hangs on it, when the lock file has changed', () => {
    const root = readyClone();
    writeFile(root, 'package-lock.json', LOCK.replace('16.0.0', '16.1.0'));

    expect(plan(root)).toMatchObject({
      dependencies: '1 not as in package-lock.json, node_modules/graphql first',
      worker: true,
      build: true,
    });
  });

  it('refuses a second copy of graphql', () => {
    const root = readyClone();
    const packages = { ...JSON.parse(LOCK).packages, 'node_modules/a/node_modules/graphql': { version: '15.0.0' } };
    writeFile(root, 'node_modules/.package-lock.json', JSON.stringify({ packages }));

    expect(() => plan(root)).toThrow(
      '2 copies of graphql are installed: node_modules/graphql, node_modules/a/node_modules/graphql',
    );
  });

  it('gets a worker when there is none or one of another recipe, unless the user has named one', () => {
    const root = readyClone();
    writeFile(root, 'scripts/worker/build-worker.sh', 'another recipe');

    expect(plan(root)).toMatchObject({ dependencies: undefined, worker: true, build: false });
    expect(plan(root, { MEDIASOUP_WORKER_BIN: '/some/worker' })).toMatchObject({ worker: false });
  });

  it('compiles when a source is newer than the build, was added or was removed, or when there is no build', () => {
    const changed = readyClone();
    const added = readyClone();
    const removed = readyClone();
    const unbuilt = readyClone();
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(changed, 'core/graph/graph.ts'), later, later);
    utimesSync(writeFile(added, 'core/new.ts', ''), later, later);
    rmSync(join(removed, 'core/graph/graph.ts'));
    // The folder was changed after the build, which the resolution of the file system may hide.
    utimesSync(join(removed, 'core/graph'), later, later);
    rmSync(join(unbuilt, 'dist'), { recursive: true });

    expect([changed, added, removed, unbuilt].map((root) => plan(root).build)).toEqual([true, true, true, true]);
  });

  it('brings the programs of the tests for the tests only', () => {
    const root = readyClone();

    const names = makePlan(root, { forTests: true, env: { PATH: root } }).packages.map(({ name }) => name);

    expect(names).toContain('chromium');
    expect(plan(root, { PATH: root }).packages).toEqual([]);
  });
});

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '100.1.0'])('%s will do', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(['20.18.3', '18.20.0', '8.0.0'])('%s is refused with the one that is needed', (version) => {
    expect(nodeVersionProblem(version)).toContain(`Node ${version} is too old, 20.19 or newer is needed`);
  });
});
