import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { isOnPath } from './debian.mjs';
import { SetupFailure } from './failure.mjs';
import { copiesOf, stalePackages } from './lockfile.mjs';

const DEADLINE_MS = 900_000;

/**
 * The version of mediasoup that belongs to a clone, installed or not.
 *
 * @param {string} root
 * @returns {string}
 */
export function mediasoupVersion(root) {
  const version = readJson(join(root, 'package-lock.json')).packages['node_modules/mediasoup']?.version;
  if (!version) throw new SetupFailure('package-lock.json holds no mediasoup', { advice: 'run npm install mediasoup' });
  return version;
}

/**
 * Why the npm packages must be installed, or undefined if they are there as the lock file says.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function dependenciesDue(root) {
  // npm writes this file last, so that an installation that was interrupted has none.
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'not installed yet';
  const stale = stalePackages(readJson(join(root, 'package-lock.json')), readJson(installed));
  if (stale.length > 0) return `${stale.length} not as in package-lock.json, ${stale[0]} first`;
  if (!existsSync(join(root, 'node_modules', 'mediasoup', 'package.json'))) return 'mediasoup was removed';
  return undefined;
}

/**
 * Installs the npm packages. No package's install script runs: mediasoup's would download its worker or, where that fails, set out to
 * build it with tools that it downloads.
 *
 * @param {string} root
 * @param {{ log: string, signal: AbortSignal }} options
 */
export async function installDependencies(root, options) {
  const npm = process.env.npm_execpath;
  if (!npm && !isOnPath('npm')) throw new SetupFailure('npm was not found', { advice: 'install npm, then run again' });
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    // Whatever the user's own configuration says, the build needs the development packages.
    '--include=dev',
    '--include=optional',
    '--engine-strict=false',
    '--loglevel=error',
  ];
  const [command, prefix] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  await runCommand(command, [...prefix, ...args], {
    ...options,
    name: 'npm ci',
    deadlineMs: DEADLINE_MS,
    cwd: root,
  }).catch((error) => {
    throw error instanceof SetupFailure
      ? error.advise('check that the npm registry is within reach (npm ping), then run again')
      : error;
  });
}

/**
 * A schema made with one copy of graphql is refused by every other copy, with an error that helps nobody.
 *
 * @param {string} root
 * @throws {SetupFailure} When there is not exactly one copy.
 */
export function checkSingleGraphql(root) {
  const copies = copiesOf(readJson(join(root, 'node_modules', '.package-lock.json')), 'graphql');
  if (copies.length === 1) return;
  throw new SetupFailure(`${copies.length} copies of graphql are installed: ${copies.join(', ')}`, {
    advice: 'see npm ls graphql for who wants the others, and give them the range of package.json by its "overrides"',
  });
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
