import assert from 'node:assert/strict';
import { describe, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../core/clock.js';
import { errorText } from '../../../core/error-text.js';
import { HttpPost } from '../../../core/http/http-post.js';
import { isPrivateAddress } from '../../../core/http/private-address.js';
import { answer, httpServer } from '../../support/http-server.js';

const PRIVATE = [
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
];
const PUBLIC = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];

describe('an address', () => {
  it.each(PRIVATE)('%s is private', (address) => {
    assert.equal(isPrivateAddress(address), true);
  });

  it.each(PUBLIC)('%s is public', (address) => {
    assert.equal(isPrivateAddress(address), false);
  });
});

describe('a post to public addresses only', () => {
  it.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])('does not connect to %s', async (host) => {
    let requests = 0;
    const { url } = await httpServer((_request, response) => {
      requests++;
      answer(response, 204);
    });
    const { port } = new URL(url);
    const post = new HttpPost({
      clock: systemClock,
      url: `http://${host}:${port}/`,
      timeoutMs: 30_000,
      publicOnly: true,
    });
    onTestFinished(() => post.close());

    const said = await post.post('x').then(({ text }) => text, errorText);

    assert.match(said, /private network/);
    assert.equal(requests, 0);
  });

  it('adds a query of the request to that of the address', async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await httpServer((request, response) => {
      seen.push(request.url);
      answer(response, 204);
    });
    const post = new HttpPost({ clock: systemClock, url: `${url}/robot?token=a`, timeoutMs: 30_000 });
    onTestFinished(() => post.close());

    await post.post('x', { query: { sign: 'a+b/c=' } });

    assert.deepEqual(seen, ['/robot?token=a&sign=a%2Bb%2Fc%3D']);
  });
});
