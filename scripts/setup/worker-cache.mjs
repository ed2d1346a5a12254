import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, release } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { SetupFailure } from './failure.mjs';

const BINARY = 'mediasoup-worker';
/** The exit code of a worker that is started without its channel, see main.cpp of mediasoup. */
const NO_CHANNEL = 41;
const RUN_DEADLINE_MS = 10_000;

/**
 * What a binary is, so that one of another version, machine or recipe is not taken for it.
 *
 * @typedef {{ prebuilt: string, built: string }} WorkerKeys
 */

/**
 * @param {string} version Of mediasoup.
 * @param {string} recipe Folder with the recipe of the build.
 * @returns {WorkerKeys}
 */
export function workerKeys(version, recipe) {
  const base = `${version}-${process.platform}-${process.arch}`;
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return { prebuilt: `${base}${kernel}-prebuilt`, built: `${base}-built-${hashOf(recipe)}` };
}

/**
 * The folder of the binaries, shared by all clones of a user.
 *
 * @param {Record<string, string | undefined>} [env]
 */
export function cacheFolder(env = process.env) {
  const given = env.XDG_CACHE_HOME;
  const base = given && isAbsolute(given) ? given : join(homedir(), '.cache');
  return join(base, 'sfuscope', 'worker');
}

/** Whether a binary can be run on this machine. @param {string} binary */
export function runsHere(binary) {
  const { status } = spawnSync(binary, { env: {}, stdio: 'ignore', timeout: RUN_DEADLINE_MS });
  return status === NO_CHANNEL;
}

/**
 * Checks a worker that the user has named.
 *
 * @param {string} binary
 * @throws {SetupFailure} If it is not there or does not run.
 */
export function checkGivenWorker(binary) {
  const advice = 'correct MEDIASOUP_WORKER_BIN or unset it, then run again';
  try {
    accessSync(binary, constants.X_OK);
  } catch (cause) {
    const what = existsSync(binary) ? 'which cannot be executed' : 'which does not exist';
    throw new SetupFailure(`MEDIASOUP_WORKER_BIN names ${binary}, ${what}`, { advice, cause });
  }
  if (!runsHere(binary)) {
    throw new SetupFailure(`MEDIASOUP_WORKER_BIN names ${binary}, which does not run as a mediasoup worker`, {
      advice,
    });
  }
}

/** Where mediasoup looks for its worker. @param {string} mediasoup The folder of the package. */
export function installedWorker(mediasoup) {
  return join(mediasoup, 'worker', 'out', 'Release', BINARY);
}

/**
 * Whether the package has a worker of this version.
 *
 * @param {string} mediasoup
 * @param {WorkerKeys} keys
 */
export function hasWorker(mediasoup, keys) {
  const binary = installedWorker(mediasoup);
  try {
    const { key, size } = JSON.parse(readFileSync(stampOf(binary), 'utf8'));
    return (key === keys.prebuilt || key === keys.built) && statSync(binary).size === size;
  } catch {
    return false;
  }
}

/**
 * Finds a binary in the cache. One that does not run is removed: a home folder can be shared by machines of which only some have what
 * it needs.
 *
 * @param {string} cache
 * @param {WorkerKeys} keys
 * @returns {{ key: string, binary: string } | undefined}
 */
export function findCached(cache, keys) {
  for (const key of [keys.prebuilt, keys.built]) {
    const binary = join(cache, key, BINARY);
    if (!existsSync(binary)) continue;
    if (runsHere(binary)) return { key, binary };
    rmSync(dirname(binary), { recursive: true, force: true });
  }
  return undefined;
}

/**
 * Puts a binary into the cache. A cache that another set-up fills at the same moment ends with one of the two, whole.
 *
 * @param {string} cache
 * @param {string} key
 * @param {string} binary
 */
export function storeWorker(cache, key, binary) {
  const folder = join(cache, key);
  mkdirSync(folder, { recursive: true });
  replaceWith(binary, join(folder, BINARY));
}

/**
 * Puts a binary where mediasoup looks for it.
 *
 * @param {string} mediasoup
 * @param {string} key
 * @param {string} binary
 */
export function placeWorker(mediasoup, key, binary) {
  const target = installedWorker(mediasoup);
  mkdirSync(dirname(target), { recursive: true });
  // Without the stamp an interruption between the two counts as no worker.
  rmSync(stampOf(target), { force: true });
  replaceWith(binary, target);
  writeFileSync(stampOf(target), JSON.stringify({ key, size: statSync(target).size }));
}

/** @param {string} binary */
function stampOf(binary) {
  return `${binary}.json`;
}

/**
 * @param {string} source
 * @param {string} target
 */
function replaceWith(source, target) {
  const temporary = `${target}.${process.pid}.new`;
  try {
    copyFileSync(source, temporary, constants.COPYFILE_FICLONE);
    chmodSync(temporary, 0o755);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** @param {string} folder */
function hashOf(folder) {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => !file.endsWith('.md') && statSync(join(folder, file)).isFile())
    .sort();
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 8);
}
