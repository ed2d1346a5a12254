import { createWriteStream, mkdirSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './command.mjs';
import { Interrupted } from './failure.mjs';

const RELEASES = 'https://github.com/versatica/mediasoup/releases/download';
/** A host that does not answer by then counts as out of reach: the build is not much slower. */
const ANSWER_DEADLINE_MS = 8000;
const DOWNLOAD_DEADLINE_MS = 120_000;
const UNPACK_DEADLINE_MS = 60_000;

/**
 * Where mediasoup's own install script would look for the binary.
 *
 * @param {string} version
 * @param {Record<string, string | undefined>} [env]
 */
export function prebuiltUrl(version, env = process.env) {
  const base = env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || RELEASES;
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `${base}/${version}/mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
}

/**
 * Downloads mediasoup's own binary into a folder. Returns its path, or a sentence that says why there is none: a host that is out of
 * reach is no error, for the worker can be built.
 *
 * @param {string} url
 * @param {string} folder
 * @param {{ log: string, signal: AbortSignal, progress: (detail: string) => void, answerDeadlineMs?: number }} options
 * @returns {Promise<{ binary: string } | { reason: string }>}
 */
export async function downloadPrebuilt(url, folder, { log, signal, progress, answerDeadlineMs = ANSWER_DEADLINE_MS }) {
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'prebuilt.tgz');
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), answerDeadlineMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, deadline.signal, AbortSignal.timeout(DOWNLOAD_DEADLINE_MS)]),
    });
    clearTimeout(timer);
    if (!response.ok || !response.body) return { reason: `${new URL(url).host} answered ${response.status}` };
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      counter(progress),
      createWriteStream(archive),
    );
    await runCommand('tar', ['-xzf', archive, '-C', folder], {
      name: 'tar',
      deadlineMs: UNPACK_DEADLINE_MS,
      log,
      signal,
    });
    return { binary: join(folder, 'mediasoup-worker') };
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    return { reason: describeError(error, deadline.signal.aborted) };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {(detail: string) => void} progress */
function counter(progress) {
  let bytes = 0;
  return new Transform({
    transform(chunk, _encoding, done) {
      bytes += chunk.length;
      progress(`${(bytes / 1e6).toFixed(1)} MB`);
      done(null, chunk);
    },
  });
}

/**
 * @param {unknown} error
 * @param {boolean} late
 */
function describeError(error, late) {
  if (late) return 'its host did not answer in time';
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}
