import { expect, it } from 'vitest';
import { SharedFrames } from '../../server/shared-frame.js';

it('a text stands in the next message that is made, and in no later one of the same payload', () => {
  const frames = new SharedFrames();
  const message = { id: '1', type: 'next', payload: frames.payload('{"data":7}') };

  expect(frames.fill(JSON.stringify(message))).toBe('{"id":"1","type":"next","payload":{"data":7}}');
  expect(frames.fill(JSON.stringify(message))).toBe('{"id":"1","type":"next","payload":null}');
});

it('a message without a text goes out as it is', () => {
  expect(new SharedFrames().fill('{"type":"pong"}')).toBe('{"type":"pong"}');
});
