import { describe, expect, it } from 'vitest';
import type { Figures } from './figures.js';
import { markdownTable, textTable } from './table.js';

const UNKNOWN = { p50: Number.NaN, p99: Number.NaN, p999: Number.NaN, max: Number.NaN };

const NONE: Figures = {
  mode: 'none',
  runs: 3,
  cpuShare: 0.0213,
  usPerSample: Number.NaN,
  ofBurst: Number.NaN,
  workerShare: 0.05,
  samplesPerSecond: 0,
  loopDelay: { p50: 0.11, p99: 1.2, p999: 2, max: 12.34 },
  longestTurnMs: Number.NaN,
  rtp: UNKNOWN,
  rtpLost: Number.NaN,
  heapPerEntity: Number.NaN,
  rssPerEntity: Number.NaN,
  collectionsPerSecond: 0.5,
  collectionsMsPerSecond: 1.25,
  notes: [],
};
const FULL: Figures = {
  ...NONE,
  mode: 'full',
  cpuShare: 0.05,
  workerShare: -0.001,
  ofBurst: 1.084,
  usPerSample: 21.26,
  samplesPerSecond: 2_104,
  heapPerEntity: 900,
  rssPerEntity: 1_234,
  notes: ['half of it was missing'],
};

describe('the table', () => {
  it('has a row for each mode, in Markdown with what the mode is', () => {
    const lines = markdownTable([NONE, FULL]).split('\n');
    expect(lines[2]).toBe(
      '| `none`: nothing attached | 2.13 % | – | – | – | 5.00 % | 0.11 / 1.2 / 12.3 | – | – | – | 0.5, 1.3 |',
    );
    expect(lines[3]).toMatch(
      /^\| `full`: .* \| \+5\.00 % \| 1\.08 \| 21\.3 \| 2104 \| −0\.10 % \|.* \| 0\.9 \/ 1\.2 \|/,
    );
  });

  it('has as many cells in each row', () => {
    const cells = markdownTable([NONE, FULL])
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(new Set(cells).size).toBe(1);
  });

  it('tells below what else there is to tell', () => {
    expect(markdownTable([NONE, FULL])).toMatch(/\|\n\n- `full`: half of it was missing$/);
    expect(markdownTable([NONE])).not.toContain('- `');
  });

  it('is aligned for a terminal', () => {
    const [head = '', none = '', full = '', note] = textTable([NONE, FULL]).split('\n');
    const end = head.indexOf('CPU of Node.js') + 'CPU of Node.js'.length;
    expect(none.slice(0, end)).toMatch(/^none .* 2\.13 %$/);
    expect(full.slice(0, end)).toMatch(/^full .* \+5\.00 %$/);
    expect(note).toBe('full: half of it was missing');
  });
});
