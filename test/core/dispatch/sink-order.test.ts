import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { sinkWith } from '../../support/sinks.js';
import { turns } from '../../support/plugins.js';

describe('a sink with several writes at once', () => {
  it.each(Array.from({ length: 30 }, (_, microtasks) => microtasks))(
    'begins nothing new once a write is known to have failed, however the two fall together (%i)',
    async (microtasks) => {
      const late: string[] = [];
      const { sink, clock } = sinkWith(
        async ({ items }) => {
          if (items[0] === '1') {
            for (let i = 0; i < microtasks; i++) await Promise.resolve();
            throw new Error('refused');
          }
          if (sink.health().status !== 'ok') late.push(...items);
          await new Promise((resolve) => setImmediate(resolve));
        },
        { inFlight: 4, maxBatch: 1 },
      );
      for (const item of ['1', '2', '3', '4', '5', '6']) sink.push(item);
      clock.advance(1_000);
      await turns(10);

      assert.deepEqual(late, []);
      await sink.stop();
    },
  );
});
