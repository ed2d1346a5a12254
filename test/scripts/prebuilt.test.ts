import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadPrebuilt, prebuiltUrl } from '../../scripts/setup/prebuilt.mjs';
import { runsHere } from '../../scripts/setup/worker-cache.mjs';
import { temporaryFolder, writeFile } from '../support/temporary-folder.js';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function download(url: string, { folder = temporaryFolder(), answerDeadlineMs = 60_000 } = {}) {
  return downloadPrebuilt(url, folder, {
    log: join(folder, 'download.log'),
    signal: new AbortController().signal,
    progress: () => {},
    answerDeadlineMs,
  });
}

describe('the download of mediasoup’s own worker', () => {
  it('asks where mediasoup’s install script would ask', () => {
    const url = prebuiltUrl('3.27.1', { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://mirror.example/m' });

    expect(url).toMatch(
      new RegExp(
        `^https://mirror\\.example/m/3\\.27\\.1/mediasoup-worker-3\\.27\\.1-${process.platform}-${process.arch}.*\\.tgz$`,
      ),
    );
    expect(prebuiltUrl('3.27.1', {})).toMatch(/^https:\/\/github\.com\/versatica\/mediasoup\/releases\/download\//);
  });

  it('unpacks the binary', async () => {
    const folder = temporaryFolder();
    writeFile(folder, 'mediasoup-worker', '#!/bin/sh\nexit 41\n', 0o755);
    execFileSync('tar', ['-czf', join(folder, 'worker.tgz'), '-C', folder, 'mediasoup-worker']);
    const base = await serve((_request, response) => response.end(readFileSync(join(folder, 'worker.tgz'))));

    const result = await download(`${base}/worker.tgz`);

    expect('binary' in result && runsHere(result.binary)).toBe(true);
  });

  it('gives a reason, not an error, when the host does not answer', async () => {
    const base = await serve(() => {});

    expect(await download(base, { answerDeadlineMs: 300 })).toEqual({ reason: 'its host did not answer in time' });
  });

  it.each<[string, RequestListener, RegExp]>([
    [
      'has none for this machine',
      (_request, response) => response.writeHead(404).end(),
      /^127\.0\.0\.1:\d+ answered 404$/,
    ],
    ['sends something else', (_request, response) => response.end('<html>'), /^tar failed/],
    ['hangs up', (request) => request.socket.destroy(), /other side closed|ECONNRESET/],
  ])('gives a reason, not an error, when the host %s', async (_case, listener, reason) => {
    expect(await download(await serve(listener))).toEqual({ reason: expect.stringMatching(reason) });
  });

  it('gives a reason when the host is out of reach', async () => {
    expect(await download('http://127.0.0.1:1/worker.tgz')).toEqual({
      reason: expect.stringMatching(/ECONNREFUSED|bad port/),
    });
  });
});
