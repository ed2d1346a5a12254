import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  cacheFolder,
  checkGivenWorker,
  findCached,
  hasWorker,
  installedWorker,
  placeWorker,
  storeWorker,
} from '../../scripts/setup/worker-cache.mjs';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

/** Ends as a worker does that is started without its channel. */
const WORKER = '#!/bin/sh\nexit 41\n';
const NOT_A_WORKER = '#!/bin/sh\nexit 0\n';
const KEYS = { prebuilt: '3.27.1-prebuilt', built: '3.27.1-built' };

describe('a worker that the user has named', () => {
  it('is accepted when it runs', () => {
    const binary = writeFile(temporaryFolder(), 'worker', WORKER, 0o755);

    expect(() => checkGivenWorker(binary)).not.toThrow();
  });

  it.each([
    ['does not exist', undefined, 0],
    ['cannot be executed', WORKER, 0o644],
    ['does not run as a mediasoup worker', NOT_A_WORKER, 0o755],
  ])('is refused when it %s', (problem, content, mode) => {
    const folder = temporaryFolder();
    const binary = content === undefined ? join(folder, 'worker') : writeFile(folder, 'worker', content, mode);

    expect(() => checkGivenWorker(binary)).toThrow(`MEDIASOUP_WORKER_BIN names ${binary}, which ${problem}`);
  });
});

describe('the place where mediasoup looks', () => {
  it('holds what was put there, executable', () => {
    const folder = temporaryFolder();
    placeWorker(folder, KEYS.built, writeFile(folder, 'built', WORKER));

    expect(hasWorker(folder, KEYS)).toBe(true);
    expect(readFileSync(installedWorker(folder), 'utf8')).toBe(WORKER);
    expect(statSync(installedWorker(folder)).mode & 0o777).toBe(0o755);
  });

  it('does not count as filled by another version, a binary that was cut short, or one from elsewhere', () => {
    const folder = temporaryFolder();
    const worker = writeFile(folder, 'built', WORKER);
    placeWorker(folder, '3.26.0-built', worker);
    const ofOtherVersion = hasWorker(folder, KEYS);
    placeWorker(folder, KEYS.built, worker);
    writeFileSync(installedWorker(folder), 'cut short');
    const cutShort = hasWorker(folder, KEYS);
    const fromElsewhere = temporaryFolder();
    writeFile(fromElsewhere, 'worker/out/Release/mediasoup-worker', WORKER, 0o755);

    expect([ofOtherVersion, cutShort, hasWorker(fromElsewhere, KEYS)]).toEqual([false, false, false]);
  });
});

describe('the cache', () => {
  it('lies where the user wants it', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/there' })).toBe('/there/sfuscope/worker');
    expect(cacheFolder({ XDG_CACHE_HOME: 'not/absolute' })).toMatch(/^\/.*\/\.cache\/sfuscope\/worker$/);
  });

  it('gives mediasoup’s own binary before one that was built', () => {
    const folder = temporaryFolder();
    const worker = writeFile(folder, 'worker', WORKER);
    storeWorker(folder, KEYS.built, worker);
    const before = findCached(folder, KEYS);
    storeWorker(folder, KEYS.prebuilt, worker);

    expect([before?.key, findCached(folder, KEYS)?.key]).toEqual([KEYS.built, KEYS.prebuilt]);
  });

  it('throws a binary away that does not run on this machine', () => {
    const folder = temporaryFolder();
    storeWorker(folder, KEYS.built, writeFile(folder, 'worker', NOT_A_WORKER));

    expect(findCached(folder, KEYS)).toBeUndefined();
    expect(existsSync(join(folder, KEYS.built))).toBe(false);
  });

  it('always holds a whole binary when several set-ups fill it at once', async () => {
    const folder = temporaryFolder();
    const module = new URL('../../scripts/setup/worker-cache.mjs', import.meta.url).href;
    const program = `
      import { storeWorker } from '${module}';
      for (let i = 0; i < 25; i++) storeWorker(${JSON.stringify(folder)}, 'key', process.argv[1]);`;
    const sizes = ['a', 'b', 'c'].map((letter, index) => {
      const size = 2_000_000 + index;
      writeFile(folder, letter, letter.repeat(size));
      return size;
    });

    const setUps = ['a', 'b', 'c'].map((letter) =>
      spawn(process.execPath, ['--input-type=module', '-e', program, join(folder, letter)], { stdio: 'inherit' }),
    );
    const ends = setUps.map((setUp) => once(setUp, 'exit'));
    const seen = new Set<number>();
    const stored = join(folder, 'key', 'mediasoup-worker');
    let running = true;
    void Promise.all(ends).finally(() => {
      running = false;
    });
    while (running) {
      if (existsSync(stored)) seen.add(statSync(stored).size);
      await new Promise(setImmediate);
    }
    const codes = (await Promise.all(ends)).map(([code]) => code);

    expect(codes).toEqual([0, 0, 0]);
    expect(sizes).toEqual(expect.arrayContaining([...seen]));
    const content = readFileSync(stored, 'utf8');
    expect(content).toBe(content.charAt(0).repeat(content.length));
    expect(readdirSync(join(folder, 'key'))).toEqual(['mediasoup-worker']);
  });
});
