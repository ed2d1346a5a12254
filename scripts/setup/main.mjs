import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, buildDue } from './build.mjs';
import { canInstallPackages, installAdvice, missingTestPackages, PackageInstaller, TEST_PACKAGES } from './debian.mjs';
import { checkSingleGraphql, dependenciesDue, installDependencies, readLockfile } from './dependencies.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { takeLock } from './lock.mjs';
import { Screen } from './screen.mjs';
import { provideWorker } from './worker.mjs';
import { cacheFolder, checkGivenWorker, hasWorker, workerKeys } from './worker-cache.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECIPE = join(ROOT, 'scripts', 'worker');
const LOGS = join(ROOT, '.cache', 'setup');
const MEDIASOUP = join(ROOT, 'node_modules', 'mediasoup');
const EXIT_INTERRUPTED = 130;

const HELP = `Usage: node scripts/setup.mjs [--test]

Makes this folder ready for npm start: npm packages, a mediasoup worker, the compiled sources.
Does what is missing, and nothing if all is there.

  --test  Brings the programs that the tests start, too (${TEST_PACKAGES.map(({ name }) => name).join(', ')}).
  --help  Shows this.

docs/setup.md tells where things are kept, which environment variables count, and what to do when a step fails.`;

/**
 * @typedef {object} Plan
 * @property {string | undefined} dependencies Why the npm packages are due.
 * @property {boolean} worker Whether mediasoup lacks its worker.
 * @property {boolean} build
 * @property {import('./debian.mjs').TestPackage[]} packages Debian packages that tests miss.
 */

/** @param {readonly string[]} args */
export async function main(args) {
  if (args.includes('--help')) {
    console.log(HELP);
    return;
  }
  const unknown = args.find((arg) => arg !== '--test');
  if (unknown !== undefined) {
    console.error(`setup: unknown option ${unknown}\n\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, interrupt);
  try {
    await setUp({ forTests: args.includes('--test'), signal: interruption.signal });
  } catch (error) {
    process.exitCode = report(error, interruption.signal.aborted);
  }
}

/** @param {{ forTests: boolean, signal: AbortSignal }} options */
async function setUp({ forTests, signal }) {
  if (process.platform === 'win32') {
    throw new SetupFailure('set-up runs on Linux and macOS', { advice: 'use the Windows Subsystem for Linux' });
  }
  const given = process.env.MEDIASOUP_WORKER_BIN;
  if (given) checkGivenWorker(given);
  if (isDone(makePlan(forTests))) return;

  const screen = new Screen();
  const release = await takeLock(join(ROOT, '.cache', 'setup.lock'), {
    signal,
    onWait: (pid) => screen.say(`waiting for another set-up of this folder, process ${pid}`),
  });
  process.once('exit', release);
  try {
    const started = Date.now();
    const plan = makePlan(forTests);
    await carryOut(plan, screen, signal);
    screen.say(`ready in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    release();
    process.off('exit', release);
  }
}

/**
 * @param {boolean} forTests
 * @returns {Plan}
 */
function makePlan(forTests) {
  const dependencies = dependenciesDue(ROOT);
  if (!dependencies) checkSingleGraphql(ROOT);
  return {
    dependencies,
    worker: !process.env.MEDIASOUP_WORKER_BIN && (dependencies !== undefined || !hasWorker(MEDIASOUP, keysOfWorker())),
    build: dependencies !== undefined || buildDue(ROOT),
    packages: forTests ? missingTestPackages() : [],
  };
}

/** @param {Plan} plan */
function isDone({ dependencies, worker, build, packages }) {
  return !dependencies && !worker && !build && packages.length === 0;
}

/**
 * Runs the steps of a plan, side by side where one does not need the other. A step that fails does not stop the others: what they
 * bring is there for the next run.
 *
 * @param {Plan} plan
 * @param {Screen} screen
 * @param {AbortSignal} signal
 */
async function carryOut(plan, screen, signal) {
  rmSync(LOGS, { recursive: true, force: true });
  /** @param {string} step */
  const command = (step) => ({ log: join(LOGS, `${step}.log`), signal });
  const installer = new PackageInstaller(command('debian-packages'));
  const dependencies = plan.dependencies
    ? screen.step(`npm packages (${plan.dependencies})`, async () => {
        await installDependencies(ROOT, command('npm-packages'));
        checkSingleGraphql(ROOT);
      })
    : Promise.resolve();
  const steps = [dependencies];
  if (plan.worker) {
    const cache = cacheFolder();
    steps.push(
      provideWorker({
        version: mediasoupVersion(),
        mediasoup: MEDIASOUP,
        recipe: RECIPE,
        cache,
        keys: keysOfWorker(),
        dependencies,
        installer,
        screen,
        command,
      }),
    );
  }
  if (plan.build) {
    steps.push(dependencies.then(() => screen.step('TypeScript', () => build(ROOT, command('typescript')))));
  }
  if (plan.packages.length > 0) steps.push(installTestPackages(plan.packages, installer, screen));

  const outcomes = await Promise.allSettled(steps);
  const failures = new Set(outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : [])));
  if (failures.size > 0) throw new AggregateError(failures);
}

/**
 * @param {import('./debian.mjs').TestPackage[]} packages
 * @param {PackageInstaller} installer
 * @param {Screen} screen
 */
async function installTestPackages(packages, installer, screen) {
  const names = packages.map(({ name }) => name);
  if (canInstallPackages()) {
    const service = packages.some((entry) => entry.service);
    await screen.step(`Debian packages for tests (${names.join(' ')})`, (progress) =>
      installer.install(names, { service, progress }),
    );
    return;
  }
  const advice = installAdvice(names);
  if (process.env.CI) throw new SetupFailure(`tests need ${names.join(' ')}`, { advice });
  for (const { name, tests } of packages) screen.say(`${name} is missing, these will fail: ${tests}`);
  screen.say(advice);
}

function mediasoupVersion() {
  const version = readLockfile(ROOT).packages['node_modules/mediasoup']?.version;
  if (!version) throw new SetupFailure('package-lock.json holds no mediasoup', { advice: 'run npm install' });
  return version;
}

function keysOfWorker() {
  return workerKeys(mediasoupVersion(), RECIPE);
}

/**
 * Tells what went wrong and what to do about it; returns the exit code.
 *
 * @param {unknown} error
 * @param {boolean} interrupted
 */
function report(error, interrupted) {
  if (interrupted) {
    console.error('setup: interrupted');
    return EXIT_INTERRUPTED;
  }
  for (const failure of error instanceof AggregateError ? error.errors : [error]) {
    if (failure instanceof Interrupted) continue;
    if (!(failure instanceof SetupFailure)) {
      console.error(failure);
      continue;
    }
    for (const line of failure.tail) console.error(`  | ${line}`);
    console.error(`setup: FAILED: ${failure.message}`);
    if (failure.log && existsSync(failure.log)) console.error(`setup: the whole output is in ${failure.log}`);
    if (failure.advice) console.error(`setup: what to do: ${failure.advice}`);
  }
  return 1;
}
