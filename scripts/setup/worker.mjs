import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import {
  BUILD_PACKAGES,
  canInstallPackages,
  installAdvice,
  isOnPath,
  missingPackages,
  SRTP_PACKAGE,
} from './debian.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { downloadPrebuilt, prebuiltUrl } from './prebuilt.mjs';
import { findCached, placeWorker, runsHere, storeWorker } from './worker-cache.mjs';

/** One compiler was seen to need 570 MB. */
const BYTES_PER_COMPILER = 800e6;
const BUILD_DEADLINE_MS = 1_800_000;
const SOURCE_DEADLINE_MS = 300_000;

/**
 * @typedef {object} WorkerContext
 * @property {string} version Of mediasoup.
 * @property {string} mediasoup Folder of the package, there once `dependencies` is fulfilled.
 * @property {string} recipe Folder with the recipe of the build.
 * @property {string} cache
 * @property {import('./worker-cache.mjs').WorkerKeys} keys
 * @property {Promise<unknown>} dependencies
 * @property {import('./debian.mjs').PackageInstaller} installer
 * @property {import('./screen.mjs').Screen} screen
 * @property {(step: string) => { log: string, signal: AbortSignal }} command
 */

/**
 * Gets a worker, by the quickest way that works, and puts it where mediasoup looks for it: one that was got before, mediasoup's own
 * binary, or one built here.
 *
 * @param {WorkerContext} context
 */
export async function provideWorker(context) {
  const { cache, keys, dependencies, mediasoup, screen } = context;
  const cached = findCached(cache, keys);
  if (cached) {
    await dependencies;
    placeWorker(mediasoup, cached.key, cached.binary);
    screen.say(`mediasoup worker: ${cached.binary}`);
    return;
  }
  const work = mkdtempSync(join(tmpdir(), 'sfuscope-worker-'));
  const clean = () => rmSync(work, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', clean);
  try {
    const got = await obtain(context, work);
    await dependencies;
    placeWorker(mediasoup, got.key, got.binary);
    keep(context, got);
  } finally {
    clean();
    process.off('exit', clean);
  }
}

/**
 * @param {WorkerContext} context
 * @param {string} work
 */
async function obtain(context, work) {
  const prebuilt = await download(context, work);
  if (prebuilt) return { key: context.keys.prebuilt, binary: prebuilt };
  return { key: context.keys.built, binary: await compile(context, work) };
}

/**
 * @param {WorkerContext} context
 * @param {string} work
 */
async function download({ version, screen, command }, work) {
  if (process.env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) return undefined;
  const result = await screen.step('mediasoup worker: look for a prebuilt one', (progress) =>
    downloadPrebuilt(prebuiltUrl(version), join(work, 'prebuilt'), { ...command('worker-download'), progress }),
  );
  if ('binary' in result && runsHere(result.binary)) return result.binary;
  const reason = 'reason' in result ? result.reason : 'it does not run on this machine';
  screen.say(`mediasoup worker: no binary to download (${reason}), so it is built here`);
  return undefined;
}

/**
 * @param {WorkerContext} context
 * @param {string} work
 */
async function compile({ recipe, mediasoup, dependencies, installer, screen, command }, work) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupFailure(`there is no recipe to build the worker on ${process.platform} ${process.arch}`, {
      advice: 'give a worker of your own by MEDIASOUP_WORKER_BIN, see docs/setup.md, then run again',
    });
  }
  const folder = join(work, 'build');
  await prepareCompiler(folder, { recipe, installer, screen, command });
  await dependencies;
  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / BYTES_PER_COMPILER)));
  await screen.step('mediasoup worker: build, about a minute on 2 cores', async (progress) => {
    let total = 0;
    let done = 0;
    await runCommand(join(recipe, 'build-worker.sh'), [mediasoup, folder], {
      ...command('worker-build'),
      name: 'the build of the worker',
      deadlineMs: BUILD_DEADLINE_MS,
      env: { JOBS: `${jobs}` },
      onLine(line) {
        const plan = /compiling (\d+) files/.exec(line);
        if (plan) total = Number(plan[1]);
        if (line.includes('compiled ')) done++;
        if (total > 0) progress(`${done} of ${total} parts compiled, ${jobs} at a time, the largest first`);
      },
    }).catch((error) => {
      throw error instanceof SetupFailure ? error.advise('see docs/setup.md for what the build needs') : error;
    });
  });
  const binary = join(folder, 'mediasoup-worker');
  if (!runsHere(binary)) throw new SetupFailure('the worker that was built does not run');
  return binary;
}

/**
 * Brings what the build needs besides the npm package: Debian packages and the sources of libsrtp2.
 *
 * @param {string} folder
 * @param {Pick<WorkerContext, 'recipe' | 'installer' | 'screen' | 'command'>} context
 */
async function prepareCompiler(folder, { recipe, installer, screen, command }) {
  // Without dpkg nobody knows what is installed: the build will tell what it misses.
  const missing = isOnPath('dpkg-query') ? missingPackages(BUILD_PACKAGES) : [];
  if (missing.length > 0 && !canInstallPackages()) {
    throw new SetupFailure(`the build of the worker needs ${missing.join(' ')}`, { advice: installAdvice(missing) });
  }
  await screen.step('mediasoup worker: compiler and libraries', async (progress) => {
    if (missing.length > 0) await installer.install(missing, { progress });
    else if (canInstallPackages()) await installer.update();
    progress('sources of libsrtp2');
    try {
      await runCommand(join(recipe, 'get-srtp.sh'), [join(folder, 'srtp2')], {
        ...command('worker-srtp'),
        name: 'apt-get source',
        deadlineMs: SOURCE_DEADLINE_MS,
      });
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      await useSharedSrtp(installer, progress);
    }
  });
}

/**
 * @param {import('./debian.mjs').PackageInstaller} installer
 * @param {(detail: string) => void} progress
 */
async function useSharedSrtp(installer, progress) {
  if (!isOnPath('dpkg-query') || missingPackages([SRTP_PACKAGE]).length === 0) return;
  if (!canInstallPackages()) {
    throw new SetupFailure(`the build of the worker needs ${SRTP_PACKAGE}`, { advice: installAdvice([SRTP_PACKAGE]) });
  }
  await installer.install([SRTP_PACKAGE], { progress });
}

/**
 * The worker is in its place already, so a cache that cannot be written costs the next clone some time and is no failure.
 *
 * @param {WorkerContext} context
 * @param {{ key: string, binary: string }} got
 */
function keep({ cache, screen }, { key, binary }) {
  try {
    storeWorker(cache, key, binary);
  } catch (error) {
    screen.say(
      `mediasoup worker: not kept for other clones, ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
