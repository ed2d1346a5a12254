import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { sinkWith, succeed } from '../../support/sinks.js';
import { killedSink } from '../../support/spool-child.js';
import { eventually } from '../../support/spools.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const WINDOW = 256;

describe('a process with a sink that is killed', () => {
  for (const killAt of [1, 700]) {
    it(`loses nothing that was on disk, after ${killAt} deliveries`, { timeout: 120_000 }, async () => {
      const folder = temporaryFolder();
      const file = join(folder, 'delivered');
      const { safe } = await killedSink(folder, file, killAt);
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      const before = new Map(lines.map((line) => line.split(' ') as [string, string]));

      const { sink, clock, batches } = sinkWith(succeed, { maxAgeMs: 10, spool: { directory: folder } });
      await eventually(clock, () => assert.ok(sink.stats().recovered > 0));
      await eventually(clock, () => assert.equal(sink.stats().queueLength, 0));
      await sink.stop();

      const after = batches.flatMap(({ ids, items }) => ids.map((id, i): [string, string] => [id, items[i] ?? '']));
      const numbers = after.map(([, item]) => Number(item));
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        'in order',
      );
      const again = after.filter(([id]) => before.has(id));
      assert.ok(
        again.every(([id, item]) => before.get(id) === item),
        'the same id for the same item',
      );
      const all = new Set([...before.values(), ...after.map(([, item]) => item)]);
      assert.deepEqual(again.length, before.size + after.length - all.size, 'no item under two ids');
      assert.ok(again.length <= WINDOW, `${again.length} twice`);
      assert.ok(all.size >= safe, `${safe - all.size} of ${safe} are lost`);
      for (let i = 0; i < all.size; i++) assert.ok(all.has(String(i)), `item ${i} is lost`);
    });
  }
});
