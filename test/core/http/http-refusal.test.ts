import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { httpRefusal, retryAfter } from '../../../core/http/http-refusal.js';

const refusal = (status: number, text = '', headers: Record<string, string> = {}) =>
  httpRefusal('http://a/in', { status, text, headers }, 1_000_000);

describe('a refusal', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('of %i may pass later', (status) => {
    assert.equal(refusal(status).recoverable, true);
  });

  it.each([301, 302, 307, 401, 403, 404, 405, 407, 421])(
    'of %i is no fault of the batch, and says what to do',
    (status) => {
      assert.equal(refusal(status).recoverable, true);
      assert.match(refusal(status).message, /set the final address|correct the|the right to write/);
    },
  );

  it.each([400, 413, 415, 422, 431, 260])('of %i is final', (status) => {
    assert.equal(refusal(status).recoverable, false);
  });

  it('quotes the answer in one short line', () => {
    assert.equal(refusal(400, 'no\n  such thing\n').message, 'http://a/in: HTTP 400 (no such thing)');
    assert.ok(refusal(400, 'x'.repeat(10_000)).message.length < 400);
  });

  it('waits as long as the receiver asks, in seconds or until a date, and an hour at most', () => {
    assert.equal(refusal(429, '', { 'retry-after': '7' }).retryAfterMs, 7_000);
    assert.equal(refusal(503, '', { 'retry-after': new Date(1_060_000).toUTCString() }).retryAfterMs, 60_000);
    assert.equal(retryAfter('99999999', 0), 3_600_000);
    assert.equal(retryAfter(new Date(0).toUTCString(), 5_000), 0);
    assert.equal(retryAfter('soon', 0), undefined);
    assert.equal(refusal(503).retryAfterMs, undefined);
  });
});
