import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { errorText } from '../../core/error-text.js';

describe('errorText', () => {
  it('tells the causes too', () => {
    const error = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });

    assert.equal(errorText(error), 'fetch failed: connect ECONNREFUSED 127.0.0.1:1');
  });

  it('tells the parts of an aggregate that has no message, each once', () => {
    const error = new AggregateError([new Error('refused'), new Error('refused'), new Error('unreachable')], '');

    assert.equal(errorText(error), 'refused: unreachable');
  });

  it('takes whatever can be thrown', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const hostile = { toJSON: () => undefined, toString: null };

    assert.deepEqual(['text', undefined, null, 5, { code: 1 }].map(errorText), [
      'text',
      'undefined',
      'null',
      '5',
      '{"code":1}',
    ]);
    assert.equal(errorText(circular), 'an error that cannot be shown');
    assert.equal(typeof errorText(hostile), 'string');
    assert.equal(errorText(new TypeError('')), 'TypeError');
  });

  it('is one line of bounded length', () => {
    assert.equal(errorText(new Error('a\n  b')), 'a b');
    assert.equal(errorText(new Error('x'.repeat(10_000))).length, 501);
  });

  it('does not follow a circle of causes for ever', () => {
    const error = new Error('round');
    error.cause = new Error('about', { cause: error });

    assert.equal(errorText(error), 'round: about: round: about');
  });

  it('does not repeat a cause that the message quotes already', () => {
    const error = new Error('could not start: the port is taken.', { cause: new Error('the port is taken') });

    assert.equal(errorText(error), 'could not start: the port is taken.');
  });
});
