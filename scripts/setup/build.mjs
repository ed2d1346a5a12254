import { chmodSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.mjs';
import { SetupFailure } from './failure.mjs';

const SOURCES = ['core', 'plugins', 'schema', 'server', 'tsconfig.json', 'package-lock.json'];
/** Its time of change says when the last good build began. */
const STAMP = join('dist', '.built');
const DEADLINE_MS = 600_000;

/**
 * Whether a source is newer than the last good build. Times of change decide, for even asking the compiler takes a second.
 *
 * @param {string} root
 */
export function buildDue(root) {
  const built = changedAt(join(root, STAMP));
  return built === undefined || SOURCES.some((source) => newerThan(built, join(root, source)));
}

/**
 * Compiles the sources to dist/.
 *
 * @param {string} root
 * @param {{ log: string, signal: AbortSignal }} options
 */
export async function build(root, options) {
  const began = new Date();
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await runCommand(process.execPath, [compiler, '-b'], {
    ...options,
    name: 'the TypeScript compiler',
    deadlineMs: DEADLINE_MS,
    cwd: root,
  }).catch((error) => {
    throw error instanceof SetupFailure
      ? error.advise('mend the errors that the compiler names, then run again')
      : error;
  });
  // The compiler makes it anew without the permission that npm gives the program of a package.
  chmodSync(join(root, 'dist', 'server', 'main.js'), 0o755);
  const stamp = join(root, STAMP);
  writeFileSync(stamp, '');
  // What was saved while the compiler ran may have been missed.
  utimesSync(stamp, began, began);
}

/**
 * @param {number} time In milliseconds.
 * @param {string} path
 * @returns {boolean}
 */
function newerThan(time, path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  // A folder is newer when a file was added to it or removed from it.
  if (stats.mtimeMs > time) return true;
  if (!stats.isDirectory()) return false;
  return readdirSync(path, { withFileTypes: true }).some(
    (entry) => (entry.isDirectory() || entry.name.endsWith('.ts')) && newerThan(time, join(path, entry.name)),
  );
}

/** @param {string} file */
function changedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
