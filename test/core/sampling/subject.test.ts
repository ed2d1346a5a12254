import { expect, it } from 'vitest';
import { Subject } from '../../../core/sampling/subject.js';
import { Table } from '../../../core/sampling/table.js';
import { sampleNode } from '../../../core/testing/index.js';

it.each(['worker', 'consumer'] as const)('forgets what was sampled of a %s when it closes', (kind) => {
  const table = new Table(kind);
  const node = sampleNode(kind);
  const subject = new Subject(table, node, 0);
  // A worker's probe is no request of a window, and sets no time of asking.
  if (kind !== 'worker') subject.askedAt = 1_000;
  subject.sampled(1_000_000, 1_000);
  expect(table.isKnown(node.slot)).toBe(true);

  subject.close();

  expect(table.isKnown(node.slot)).toBe(false);
  expect(new Subject(table, node, 2_000).sampledAt).toBeNaN();
});

it('forgets for how often it was leased when it closes without ever having been asked', () => {
  const table = new Table('consumer');
  const subject = new Subject(table, sampleNode('consumer'), 0);
  subject.everyMs = 500;

  subject.close();

  expect(table.everyMs.size).toBe(0);
});
