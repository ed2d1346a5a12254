import { expect, it } from 'vitest';
import { LabelBytes } from '../../../plugins/prometheus/by-id/label-bytes.js';

const REST = Buffer.from('",kind="video"} ');
/** So many that the memory in which they stand has to grow. */
const LINES = 2_000;

function textOf(labels: LabelBytes, line: number): string {
  const into = Buffer.alloc(labels.length(line) + 2, '.');
  labels.copy(line, into, 1);
  return into.toString();
}

it('has the labels of each line as they were given, in any order and in any script', () => {
  const labels = new LabelBytes(LINES);
  const ids = Array.from({ length: LINES }, (_, i) => `${i} ${'ü€🙂'.repeat(i % 40)}`);
  for (let i = LINES - 1; i >= 0; i -= 2) labels.add(i, ids[i]!, REST);

  for (let i = 1; i < LINES; i += 2) {
    expect(textOf(labels, i)).toBe(`.{id="${ids[i]}",kind="video"} .`);
    expect(labels.has(i - 1)).toBe(false);
  }
});

it('forgets them, and takes others', () => {
  const labels = new LabelBytes(2);
  labels.add(0, 'a', REST);
  labels.add(1, 'b', REST);
  labels.clear();
  expect([labels.has(0), labels.has(1)]).toEqual([false, false]);

  labels.add(1, 'c', REST);
  expect(textOf(labels, 1)).toBe('.{id="c",kind="video"} .');
  expect(labels.has(0)).toBe(false);
});
