import { describe, expect, it } from 'vitest';
import { type HeapSample, judge } from './verdict.js';

const COUNTS = { entities: 543, listeners: 9_000 };
const RATE = 100;

/** A heap with a sawtooth of 100 kB, as garbage collection leaves it, that grows by so many bytes a join. */
function heap(bytesPerJoin: number): HeapSample[] {
  return Array.from({ length: 60 }, (_, i) => ({
    seconds: i * 5,
    heapUsed: 30_000_000 + (i % 3) * 50_000 + bytesPerJoin * RATE * i * 5,
  }));
}

describe('the verdict on a soak', () => {
  it('is good when all is back and the heap is flat', () => {
    const { ok, lines } = judge(COUNTS, COUNTS, heap(0), RATE);
    expect(ok).toBe(true);
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toMatch(/RISES|NOT BACK/);
  });

  it('is bad when the heap rises by more than its noise', () => {
    const { ok, lines } = judge(COUNTS, COUNTS, heap(100), RATE);
    expect(ok).toBe(false);
    expect(lines[0]).toMatch(/^heap: 6\d\d\.\d kB a minute, .* (99|100)\.\d bytes a join.* \(RISES\)$/);
  });

  it('lets pass what is too little to be kept for each join', () => {
    expect(judge(COUNTS, COUNTS, heap(3), RATE).ok).toBe(true);
  });

  it('lets pass what is too little of the heap to be told from its waves', () => {
    const short = heap(20).slice(0, 16);
    expect(judge(COUNTS, COUNTS, short, RATE).ok).toBe(true);
    expect(judge(COUNTS, COUNTS, heap(20), RATE).ok).toBe(false);
  });

  it('is good when the heap falls', () => {
    expect(judge(COUNTS, COUNTS, heap(-100), RATE).ok).toBe(true);
  });

  it('is bad when something is not back', () => {
    const more = judge(COUNTS, { ...COUNTS, listeners: 9_002 }, heap(0), RATE);
    expect(more.ok).toBe(false);
    expect(more.lines[2]).toBe('listeners: 9000 at the start, 9002 at the end (NOT BACK)');
    expect(judge(COUNTS, { ...COUNTS, entities: 544 }, heap(0), RATE).ok).toBe(false);
  });
});
