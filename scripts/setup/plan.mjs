import { join } from 'node:path';
import { buildDue } from './build.mjs';
import { missingTestPackages } from './debian.mjs';
import { checkSingleGraphql, dependenciesDue, mediasoupVersion } from './dependencies.mjs';
import { hasWorker, workerKeys } from './worker-cache.mjs';

/**
 * What a folder misses.
 *
 * @typedef {object} Plan
 * @property {string | undefined} dependencies Why the npm packages are due.
 * @property {boolean} worker Whether mediasoup lacks its worker.
 * @property {boolean} build Whether the sources are to be compiled.
 * @property {import('./debian.mjs').TestPackage[]} packages Debian packages that tests miss.
 */

/** Where the parts of a clone are. @param {string} root */
export function placesIn(root) {
  return {
    mediasoup: join(root, 'node_modules', 'mediasoup'),
    recipe: join(root, 'scripts', 'worker'),
    logs: join(root, '.cache', 'setup'),
    lock: join(root, '.cache', 'setup.lock'),
  };
}

/**
 * Looks what is missing. Nothing is asked that takes long: this runs before every start.
 *
 * @param {string} root
 * @param {{ forTests: boolean, env?: Record<string, string | undefined> }} options
 * @returns {Plan}
 */
export function makePlan(root, { forTests, env = process.env }) {
  const dependencies = dependenciesDue(root);
  if (!dependencies) checkSingleGraphql(root);
  const { mediasoup, recipe } = placesIn(root);
  const isGiven = Boolean(env.MEDIASOUP_WORKER_BIN);
  return {
    dependencies,
    worker:
      !isGiven && (dependencies !== undefined || !hasWorker(mediasoup, workerKeys(mediasoupVersion(root), recipe))),
    build: buildDue(root),
    packages: forTests ? missingTestPackages(env.PATH) : [],
  };
}

/** @param {Plan} plan */
export function isDone({ dependencies, worker, build, packages }) {
  return !dependencies && !worker && !build && packages.length === 0;
}
