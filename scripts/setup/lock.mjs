import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 300;

/**
 * Keeps a second set-up out of the same folder until the returned function is called. The lock of a process that is no more is taken
 * over.
 *
 * @param {string} file
 * @param {{ signal: AbortSignal, onWait: (pid: number) => void }} options
 */
export async function takeLock(file, { signal, onWait }) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !tryToTake(file); ) {
    const owner = Number(readIfThere(file));
    if (!isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) onWait(owner);
    told = true;
    await delay(POLL_MS, undefined, { signal });
  }
  return () => rmSync(file, { force: true });
}

/** @param {string} file */
function tryToTake(file) {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
