import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { canInstallPackages, installAdvice, PackageInstaller, TEST_PACKAGES } from './debian.mjs';
import { checkSingleGraphql, installDependencies, mediasoupVersion } from './dependencies.mjs';
import { Interrupted, SetupFailure } from './failure.mjs';
import { takeLock } from './lock.mjs';
import { isDone, makePlan, placesIn } from './plan.mjs';
import { Screen } from './screen.mjs';
import { provideWorker } from './worker.mjs';
import { cacheFolder, checkGivenWorker, workerKeys } from './worker-cache.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXIT_INTERRUPTED = 130;

const HELP = `Usage: node scripts/setup.mjs [--test]

Makes this folder ready for npm start: npm packages, a mediasoup worker, the compiled sources.
Does what is missing, and nothing if all is there.

  --test  Brings the programs that the tests start, too (${TEST_PACKAGES.map(({ name }) => name).join(', ')}).
  --help  Shows this.

docs/setup.md tells where things are kept, which environment variables count, and what to do when a step fails.`;

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
  const interrupt = () => {
    // Whoever asks twice does not want to wait for a package manager to finish.
    if (interruption.signal.aborted) process.exit(EXIT_INTERRUPTED);
    interruption.abort();
  };
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
  if (isDone(makePlan(ROOT, { forTests }))) return;

  const screen = new Screen();
  const release = await takeLock(placesIn(ROOT).lock, {
    signal,
    onWait: (pid) => screen.say(`waiting for another set-up of this folder, process ${pid}`),
  });
  process.once('exit', release);
  try {
    const started = Date.now();
    const plan = makePlan(ROOT, { forTests });
    await carryOut(plan, screen, signal);
    screen.say(`ready in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    release();
    process.off('exit', release);
  }
}

/**
 * Runs the steps of a plan, side by side where one does not need the other. A step that fails does not stop the others: what they
 * bring is there for the next run.
 *
 * @param {import('./plan.mjs').Plan} plan
 * @param {Screen} screen
 * @param {AbortSignal} signal
 */
async function carryOut(plan, screen, signal) {
  const { logs, mediasoup, recipe } = placesIn(ROOT);
  rmSync(logs, { recursive: true, force: true });
  /** @param {string} step */
  const command = (step) => ({ log: join(logs, `${step}.log`), signal });
  const installer = new PackageInstaller(command('debian-packages'));
  const dependencies = plan.dependencies
    ? screen.step(`npm packages (${plan.dependencies})`, async () => {
        await installDependencies(ROOT, command('npm-packages'));
        checkSingleGraphql(ROOT);
      })
    : Promise.resolve();
  const steps = [dependencies];
  if (plan.worker) {
    const version = mediasoupVersion(ROOT);
    steps.push(
      provideWorker({
        version,
        mediasoup,
        recipe,
        cache: cacheFolder(),
        keys: workerKeys(version, recipe),
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
