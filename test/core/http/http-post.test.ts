import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import { errorText } from '../../../core/error-text.js';
import { basicAuthorization, HttpPost, type HttpPostOptions } from '../../../core/http/http-post.js';
import { ManualClock } from '../../../core/testing/manual-clock.js';
import { answer, bodyOf, httpServer } from '../../support/http-server.js';
import { SELF_SIGNED } from '../../support/self-signed.js';
import { until } from '../../support/until.js';

function client(url: string, options: Partial<HttpPostOptions> = {}): HttpPost {
  const post = new HttpPost({ clock: systemClock, url, timeoutMs: 30_000, ...options });
  onTestFinished(() => post.close());
  return post;
}

function rejection(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => assert.fail('it must reject'),
    (error: unknown) => errorText(error),
  );
}

describe('an HTTP post', () => {
  it('sends body and headers, and gives the answer whatever its status', async () => {
    const seen: { headers: IncomingHttpHeaders; body: string; url: string | undefined }[] = [];
    const { url } = await httpServer(async (request, response) => {
      seen.push({ headers: request.headers, body: (await bodyOf(request)).toString(), url: request.url });
      answer(response, 503, { 'retry-after': '7' }, 'later');
    });

    const got = await client(`${url}/in?x=1`, { headers: { 'x-one': '1' } }).post('grüß', {
      headers: { 'x-two': '2' },
    });

    assert.equal(got.status, 503);
    assert.equal(got.text, 'later');
    assert.equal(got.headers['retry-after'], '7');
    assert.equal(seen[0]?.body, 'grüß');
    assert.equal(seen[0]?.url, '/in?x=1');
    assert.deepEqual([seen[0]?.headers['x-one'], seen[0]?.headers['x-two']], ['1', '2']);
    assert.equal(seen[0]?.headers['content-length'], '6');
  });

  it('keeps its connection for the next one', async () => {
    const ports = new Set<number | undefined>();
    const { url } = await httpServer(async (request, response) => {
      ports.add(request.socket.remotePort);
      await bodyOf(request);
      answer(response, 204);
    });
    const post = client(url);

    for (let i = 0; i < 5; i++) await post.post('x');

    assert.equal(ports.size, 1);
  });

  it('follows no redirect', async () => {
    let requests = 0;
    const { url } = await httpServer((_request, response) => {
      requests++;
      answer(response, 307, { location: '/elsewhere' });
    });

    const { status } = await client(url).post('x');

    assert.deepEqual([status, requests], [307, 1]);
  });

  it('reads no more of an answer than it keeps', async () => {
    const { url } = await httpServer((_request, response) => {
      response.writeHead(500);
      response.on('error', () => undefined);
      const more = (): void => {
        while (!response.destroyed && response.write('a'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });

    const { status, text } = await client(url, { maxAnswerBytes: 1000 }).post('x');

    assert.deepEqual([status, text.length], [500, 1000]);
  });

  it('gives up at its deadline, and when its signal aborts', async () => {
    const clock = new ManualClock();
    let waiting = 0;
    const { url } = await httpServer((_request, response) => {
      waiting++;
      response.write('half');
    });
    const post = client(url, { clock, timeoutMs: 5_000 });
    const controller = new AbortController();

    const late = rejection(post.post('x'));
    await until(() => assert.equal(waiting, 1), 30_000);
    clock.advance(5_000);
    const aborted = rejection(post.post('x', { signal: controller.signal }));
    controller.abort(new Error('no longer wanted'));

    assert.match(await late, /not done within 5 s/);
    assert.match(await aborted, /no longer wanted/);
    assert.equal(clock.pending, 0);
  });

  it('rejects when the connection ends within the answer', async () => {
    const { url } = await httpServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });

    assert.match(await rejection(client(url).post('x')), /aborted/);
  });

  it('tells neither credentials nor query in an error', async () => {
    const { url, server } = await httpServer(() => undefined);
    server.close();
    await until(() => assert.equal(server.listening, false), 30_000);
    const post = client(`${url.replace('//', '//user:pass-1@')}/in?token=secret-1`);

    const text = await rejection(post.post('x'));

    assert.match(text, /127\.0\.0\.1:\d+\/in: connect ECONNREFUSED/);
    assert.doesNotMatch(text, /pass-1|secret-1|user/);
  });

  it('sends user and password of the address as basic authorisation', async () => {
    const { url } = await httpServer((request, response) => answer(response, 200, {}, request.headers.authorization));

    const { text } = await client(url.replace('//', '//us%20er:p%C3%A4ss@')).post('x');

    assert.equal(text, basicAuthorization('us er', 'päss').authorization);
  });

  it('trusts the authority it is given, and no other', async () => {
    const { url } = await httpServer((_request, response) => answer(response, 204), true);

    const trusting = await client(url, { tls: { ca: SELF_SIGNED.cert } }).post('x');

    assert.equal(trusting.status, 204);
    assert.match(await rejection(client(url).post('x')), /self-signed certificate/);
  });

  it('refuses an address that is none of HTTP', () => {
    for (const url of ['ftp://a', 'nowhere', '']) assert.throws(() => client(url), /http:\/\/ or https:\/\//);
  });

  it('closes what it kept', async () => {
    const { url, server } = await httpServer((_request, response) => answer(response, 204));
    const post = client(url);
    await post.post('x');

    post.close();

    const connections = (): Promise<number> =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    let left = 1;
    await until(() => {
      void connections().then((count) => {
        left = count;
      });
      assert.equal(left, 0);
    }, 30_000);
  });
});
